/** How well a trained supernet does without this or that: the measure of perturbation-based selection (darts-pt §2, §5). */
import { Generator, noGrad, scope } from "@archwright/torch";
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { Mixture } from "../../networks/mixture.ts";
import { derivedSeed } from "../../random.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Measure } from "../../statistics/best.ts";
import { type Criterion, mixtureScore } from "./mixture-score.ts";

/** The supernet's mean accuracy (a share) and loss in each case that was compared. */
export interface Compared {
  readonly accuracy: readonly number[];
  readonly loss: readonly number[];
}

/** Where nothing had to be measured. */
export const nothingCompared: Compared = { accuracy: [], loss: [] };

/**
 * What was removed matters most where the accuracy is lowest, or the loss highest; where the criterion finds cases equal, as
 * accuracies on easy images are, the other one tells them apart.
 */
export function removalMeasures(criterion: Criterion, { accuracy, loss }: Compared): [Measure, Measure] {
  const lowest: Measure = { name: "accuracy", values: accuracy, best: "min" };
  const highest: Measure = { name: "loss", values: loss, best: "max" };
  return criterion === "accuracy" ? [lowest, highest] : [highest, lowest];
}

/** What a comparison under way has come to. Plain JSON. */
export interface Tally {
  /** Right answers of each candidate. */
  readonly right: number[];
  /** Of losses times images, for each candidate. */
  readonly losses: number[];
  images: number;
  batches: number;
}

export interface ComparerOptions {
  readonly batchSize: number;
  /** Minibatches of a comparison; `auto`: as many as the validation half has. */
  readonly batches: "auto" | number;
}

/** JSON. */
interface SavedComparer {
  readonly batches: BatchesState;
  readonly noise: string;
}

/**
 * Compares changed mixtures of the supernet on the same augmented minibatches of the validation half, batch norm by the
 * minibatch's statistics, as the paper's code does. Nothing is renormalized. Running statistics move.
 */
export class Comparer {
  readonly #model: SearchModel;
  readonly #options: ComparerOptions;
  readonly #noise: Generator;
  #batches: Batches;
  readonly batchesPerComparison: number;

  constructor(model: SearchModel, options: ComparerOptions) {
    this.#model = model;
    this.#options = options;
    this.#noise = new Generator(derivedSeed(model.context.seed, "perturbation/noise"));
    this.#batches = new Batches(model.halves.valid, this.#sampling());
    this.batchesPerComparison = options.batches === "auto" ? this.#batches.batchesPerEpoch : options.batches;
  }

  static newTally = (candidates: number): Tally => ({
    right: Array.from({ length: candidates }, () => 0),
    losses: Array.from({ length: candidates }, () => 0),
    images: 0,
    batches: 0,
  });

  /** Counts the next minibatch for every candidate; returns whether the comparison is complete. */
  add(tally: Tally, candidates: readonly Mixture[]): boolean {
    noGrad(() =>
      scope(() => {
        const batch = toTensors(this.#batches.next(), this.#model.context.device);
        // Every candidate meets the same noise, where operations draw some.
        const noise = this.#noise.save();
        for (const [i, mixture] of candidates.entries()) {
          this.#noise.restore(noise);
          const context = { mode: "train", random: this.#noise } as const;
          const { right, loss } = mixtureScore(this.#model.supernet, batch, mixture, context);
          tally.right[i] = (tally.right[i] as number) + right;
          tally.losses[i] = (tally.losses[i] as number) + loss;
        }
        tally.images += batch.labels.size;
        tally.batches++;
      }),
    );
    return tally.batches >= this.batchesPerComparison;
  }

  results = ({ right, losses, images }: Tally): Compared => ({
    accuracy: right.map((count) => count / images),
    loss: losses.map((total) => total / images),
  });

  save(): SavedComparer {
    return { batches: this.#batches.save(), noise: Buffer.from(this.#noise.save()).toString("base64") };
  }

  restore(saved: unknown): void {
    const { batches, noise } = saved as SavedComparer;
    this.#batches = Batches.restore(this.#model.halves.valid, this.#sampling(), batches);
    this.#noise.restore(Buffer.from(noise, "base64"));
  }

  #sampling(): BatchesOptions {
    const { dataset, seed } = this.#model.context;
    return {
      batchSize: this.#options.batchSize,
      normalization: dataset,
      seed,
      name: "perturbation",
      augmentation: SEARCH_AUGMENTATION,
    };
  }
}
