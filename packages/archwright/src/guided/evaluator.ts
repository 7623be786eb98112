/** Looks at architectures for a guided search: their scores, and how long they take. */
import { TorchError } from "@archwright/torch";
import type { Dataset } from "../data/dataset.ts";
import { scoringImages } from "../data/minibatches.ts";
import { measureLatency } from "../networks/latency.ts";
import { proxyBatch } from "../proxies/minibatch.ts";
import type { ProxyBatch } from "../proxies/proxy.ts";
import { findProxies } from "../proxies/registry.ts";
import {
  type ArchitectureScores,
  type ArchitectureScoring,
  minibatchesOf,
  scoreArchitecture,
} from "../proxies/score-architecture.ts";
import { type ArchitectureSpace, BACKBONE_IMAGES, type ImageTask, networkSpace } from "../spaces/architecture-space.ts";
import type { GuidedSettings } from "./settings.ts";
import type { TableFitness } from "./table-fitness.ts";

export interface Evaluator<A> extends Disposable {
  readonly score: (architecture: A) => ArchitectureScores;
  /** Whether there is a score to be had; without it there always is. */
  readonly holds?: (architecture: A) => boolean;
  /** Milliseconds of a forward pass with one image, to the microsecond; infinity where the network cannot be run. */
  readonly latency: (architecture: A) => number;
}

export interface EvaluatorContext {
  readonly dataset: Dataset;
  /** What the networks are for. */
  readonly task: ImageTask;
  readonly seed: number;
  readonly device: string;
}

/** Scores are those that `archwright score` gives for the same images, seed, batch, image size and network. */
export function proxyEvaluator(
  space: ArchitectureSpace,
  { fitness, batch, network }: GuidedSettings,
  { dataset, task, seed, device }: EvaluatorContext,
): Evaluator<unknown> {
  const proxies = findProxies([fitness]);
  const images = scoringImages(dataset, { batch, minibatches: minibatchesOf(proxies), seed });
  const scoring: ArchitectureScoring = {
    space: networkSpace(space, network),
    proxies,
    batch: proxyBatch(images, task.imageSize, device),
    backboneBatch: proxyBatch(images, BACKBONE_IMAGES, device),
    classes: task.classes,
    seed,
    device,
  };
  return {
    score: (architecture) => scoreArchitecture(scoring, architecture),
    latency: (architecture) => latencyOrInfinity(() => measureLatency(space, architecture, task, device)),
    [Symbol.dispose](): void {
      for (const { images, labels } of [scoring.batch, scoring.backboneBatch as ProxyBatch]) {
        images.dispose();
        labels.dispose();
      }
    },
  };
}

/** Scores are what a table holds; the images are not looked at. */
export function tableEvaluator<A>(
  space: ArchitectureSpace<A>,
  { fitness, value }: TableFitness<A>,
  { task, device }: Pick<EvaluatorContext, "task" | "device">,
): Evaluator<A> {
  return {
    score: (architecture) => ({ scores: new Map([[fitness.name, value(architecture)]]) }),
    holds: (architecture) => value(architecture) !== undefined,
    latency: (architecture) => latencyOrInfinity(() => measureLatency(space, architecture, task, device)),
    [Symbol.dispose]: () => {},
  };
}

/** What libtorch refuses, memory above all, is too slow for any limit. */
function latencyOrInfinity(measure: () => number): number {
  try {
    return Math.round(measure() * 1000) / 1000;
  } catch (error) {
    if (error instanceof TorchError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
