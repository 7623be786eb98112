/** Scores the distinct proposals as stand-alone networks, and picks the best (zero-cost-pt §4). */
import { Generator, noGrad, scope } from "@archwright/torch";
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import { discreteNetwork, type Network } from "../../networks/network.ts";
import type { Scorer, ZeroCostProxy } from "../../proxies/proxy.ts";
import { derivedSeed } from "../../random.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Architecture } from "../../spaces/space.ts";

/** One distinct architecture among the proposals. Plain JSON. */
export interface PoolEntry {
  /** The first proposal that gave it. */
  readonly proposal: number;
  readonly architecture: string;
  readonly cells: Architecture;
}

export interface ValidationOptions {
  readonly proxy: ZeroCostProxy;
  readonly batches: number;
  readonly batchSize: number;
}

/** Where a validation stands. Plain JSON, part of the checkpoint. */
export interface ValidationState {
  readonly batches: BatchesState;
  /** State of the network's own generator, base64. */
  readonly noise: string;
}

/**
 * Sums a network's scores over the first `batches`·`batchSize` training images in random order, augmented; beyond the
 * images there are, they come round again, never twice in a minibatch. Every architecture sees the same minibatches, and
 * its fresh weights depend on the architecture alone, so a score does not depend on what else is in the pool.
 */
export class ArchitectureValidation implements Disposable {
  readonly #network: Network;
  readonly #scorer: Scorer;
  readonly #batches: Batches;
  readonly #noise: Generator;
  readonly #device: string;

  /** `saved`: continue from where a validation of the same architecture stood. */
  constructor(model: SearchModel, entry: PoolEntry, options: ValidationOptions, saved?: ValidationState) {
    const { space, dataset, seed, device } = model.context;
    this.#network = discreteNetwork(space, entry.cells, {
      classes: dataset.classes.length,
      seed: derivedSeed(seed, `validation/${entry.architecture}`),
      size: space.sizes.search,
      device,
    });
    this.#noise = new Generator(derivedSeed(seed, `validation/${entry.architecture}/noise`));
    this.#scorer = options.proxy.prepare(this.#network, { random: this.#noise, about: { space: space.name } });
    this.#device = device;
    const batches: BatchesOptions = {
      batchSize: options.batchSize,
      normalization: dataset,
      seed,
      name: "validation",
      augmentation: SEARCH_AUGMENTATION,
      epochImages: options.batches * options.batchSize,
    };
    this.#batches =
      saved === undefined ? new Batches(model.images, batches) : Batches.restore(model.images, batches, saved.batches);
    if (saved !== undefined) this.#noise.restore(Buffer.from(saved.noise, "base64"));
  }

  /** The score on the next minibatch. */
  next(): number {
    const [score] = noGrad(() =>
      scope(() => this.#scorer.score(toTensors(this.#batches.next(), this.#device), [undefined])),
    );
    return score as number;
  }

  save(): ValidationState {
    return { batches: this.#batches.save(), noise: Buffer.from(this.#noise.save()).toString("base64") };
  }

  [Symbol.dispose](): void {
    this.#scorer[Symbol.dispose]();
    this.#network.dispose();
  }
}

/** Whether scores of several candidates on one minibatch say anything about them: one is a number, and not all are equal. */
export const tellsApart = (scores: readonly number[]): boolean =>
  scores.some(Number.isFinite) && (scores.length === 1 || scores.some((score) => score !== scores[0]));

/** What the scores of a validation come to. */
export interface ValidationTotals {
  /** Minibatches that count, and those that tell no two candidates apart and are left out for all of them. */
  readonly counted: number;
  readonly skipped: number;
  /** Sum over the minibatches that count, for each candidate; NaN where there are none. */
  readonly totals: readonly number[];
}

/** - `scores`: of each candidate on each minibatch, larger is better. */
export function validationTotals(scores: readonly (readonly number[])[]): ValidationTotals {
  const [first = []] = scores;
  const counted = [...first.keys()].filter((i) => tellsApart(scores.map((row) => row[i] as number)));
  const sum = (row: readonly number[]): number => counted.reduce((total, i) => total + (row[i] as number), 0);
  const totals = scores.map((row) => (counted.length === 0 ? Number.NaN : sum(row)));
  return { counted: counted.length, skipped: first.length - counted.length, totals };
}
