/** The training behind a regression: forward passes to the ends of stages, heads, losses and updates. */
import {
  add,
  all,
  detach,
  detachFromScope,
  enableGrad,
  eq,
  gradOrNull,
  mseLoss,
  mulScalar,
  narrow,
  noGrad,
  SGD,
  scope,
  type Tensor,
} from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import { Kept } from "../observation/kept.ts";
import type { Subject } from "../observation/observation.ts";
import { branchWeights, type Configuration } from "./configuration.ts";
import { type Head, newHeads } from "./head.ts";
import type { Regression } from "./regression.ts";
import { resized } from "./resize.ts";
import { branchTarget, type TargetSource } from "./targets.ts";

/** What is made once the network has shown how many channels its stages have. */
interface Branches {
  readonly heads: readonly Head[];
  readonly targets: readonly Tensor[];
  readonly trainWeights: readonly number[];
  readonly scoreWeights: readonly number[];
  readonly optimizers: readonly Optimizing[];
}

interface Optimizing {
  readonly parameters: readonly Tensor[];
  readonly optimizer: SGD;
}

interface Losses {
  /** What is trained, with its graph. */
  readonly total: Tensor;
  readonly score: number;
}

export class Training implements Disposable {
  readonly #subject: Subject;
  readonly #configuration: Configuration;
  readonly #source: TargetSource;
  #branches: Branches | undefined;
  #blind = false;

  constructor(subject: Subject, configuration: Configuration, source: TargetSource) {
    this.#subject = subject;
    this.#configuration = configuration;
    this.#source = source;
  }

  /** Of the branches, once it has run. */
  get heads(): readonly Head[] {
    return this.#branches?.heads ?? [];
  }

  /** Ends early where a loss is no number, or is infinite: nothing can follow. */
  run(): Regression {
    const { iterations, scored } = this.#configuration;
    const losses: number[] = [];
    for (let step = 1; step <= iterations; step++) {
      const updating = scored === "evaluation" || step < iterations;
      const score = scope(() => (updating ? this.#update() : noGrad(() => this.#losses("train").score)));
      losses.push(score);
      if (!Number.isFinite(score)) return { losses, score, blind: this.#blind };
    }
    const score =
      scored === "evaluation" ? scope(() => noGrad(() => this.#losses("eval").score)) : (losses.at(-1) as number);
    return { losses, score, blind: this.#blind };
  }

  /** The score's loss before the update. */
  #update(): number {
    const { total, score } = enableGrad(() => this.#losses("train"));
    if (!Number.isFinite(score)) return score;
    const { optimizers } = this.#branches as Branches;
    const gradients = gradOrNull(
      total,
      optimizers.flatMap(({ parameters }) => parameters),
    );
    let first = 0;
    for (const { parameters, optimizer } of optimizers) {
      optimizer.step(gradients.slice(first, first + parameters.length));
      first += parameters.length;
    }
    return score;
  }

  #losses(mode: "train" | "eval"): Losses {
    using kept = new Kept();
    const stages = this.#stages(mode, kept);
    this.#branches ??= noGrad(() => this.#begin(stages));
    const { heads, targets, trainWeights, scoreWeights } = this.#branches;
    const errors = heads.map((head, i) =>
      mseLoss(head.forward(resized(stages[i] as Tensor), mode === "eval"), targets[i] as Tensor),
    );
    const total = weighted(errors, trainWeights);
    const score = errors.reduce((sum, error, i) => sum + (scoreWeights[i] as number) * detach(error).item(), 0);
    return { total, score };
  }

  /** What the network's stages end with, deepest first. */
  #stages(mode: "train" | "eval", kept: Kept): Tensor[] {
    const { network, mixture, random } = this.#subject;
    const ends: Tensor[] = [];
    const onBlock = (output: Tensor, endsStage: boolean): void => {
      if (endsStage) ends.push(kept.keep(output));
    };
    network.forward(this.#source.images, { mode, random, onBlock }, mixture);
    if (ends.length > 0) return ends.reverse();
    throw new ArchwrightError("usage", "Eproxy looks at the ends of stages, and this network names none");
  }

  #begin(stages: readonly Tensor[]): Branches {
    const { branches, trainWeights, scoreWeights, ...options } = this.#configuration;
    const { images, seed, cache } = this.#source;
    const used = branches.slice(0, stages.length);
    const channels = used.map((_, i) => (stages[i] as Tensor).shape[1] as number);
    this.#blind = same(stages[0] as Tensor);
    const heads = newHeads(used, channels, { ...options, seed, cache, device: images.device });
    const trained = [
      ...this.#subject.network.namedParameters(),
      ...heads.flatMap((head, i) => [...head.parameters()].map(([name, own]) => [`heads.${i}.${name}`, own] as const)),
    ];
    return {
      heads,
      targets: used.map((branch, i) => detachFromScope(branchTarget(this.#source, branch, i))),
      trainWeights: branchWeights(trainWeights, used.length),
      scoreWeights: branchWeights(scoreWeights, used.length),
      optimizers: optimizersOf(trained, this.#configuration),
    };
  }

  [Symbol.dispose](): void {
    if (this.#branches === undefined) return;
    const { heads, targets, optimizers } = this.#branches;
    for (const part of [...heads, ...targets]) part.dispose();
    for (const { optimizer } of optimizers) optimizer.dispose();
  }
}

/** Weights decay, biases and what batch norm learns do not (eproxy-dps §2.1). */
export function optimizersOf(
  trained: readonly (readonly [string, Tensor])[],
  { learningRate, momentum, weightDecay }: Configuration,
): Optimizing[] {
  return [true, false].map((decays) => {
    const own = new Map(trained.filter(([, tensor]) => tensor.shape.length > 1 === decays));
    const settings = { learningRate, momentum, weightDecay: decays ? weightDecay : 0 };
    return { parameters: [...own.values()], optimizer: new SGD(own, settings) };
  });
}

const weighted = (errors: readonly Tensor[], weights: readonly number[]): Tensor =>
  errors
    .map((error, i) => (weights[i] === 1 ? error : mulScalar(error, weights[i] as number)))
    .reduce((sum, error) => add(sum, error));

/** Whether all images have the same values. - `x`: [images, ...]. */
const same = (x: Tensor): boolean => scope(() => noGrad(() => all(eq(x, narrow(x, 0, 0, 1))).item() !== 0));
