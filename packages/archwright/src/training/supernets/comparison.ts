/** How well a trained supernet does without this or that: the measure of perturbation-based selection (darts-pt §2, §5). */
import { Generator, noGrad, scope } from "@archwright/torch";
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { Mixture } from "../../networks/mixture.ts";
import { derivedSeed } from "../../random.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Best } from "../../statistics/best.ts";
import { type Criterion, mixtureScore } from "./mixture-score.ts";

/** The result that shows that what was removed matters: the lowest accuracy, or the highest loss. */
export const worst = (criterion: Criterion): Best => (criterion === "accuracy" ? "min" : "max");

/** What a comparison under way has come to. Plain JSON. */
export interface Tally {
  /** Of right answers, or of losses times images, for each candidate. */
  readonly sums: number[];
  images: number;
  batches: number;
}

export interface ComparerOptions {
  readonly criterion: Criterion;
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
    sums: Array.from({ length: candidates }, () => 0),
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
          const score = mixtureScore(this.#model.supernet, batch, mixture, this.#options.criterion, context);
          tally.sums[i] = (tally.sums[i] as number) + score;
        }
        tally.images += batch.labels.size;
        tally.batches++;
      }),
    );
    return tally.batches >= this.batchesPerComparison;
  }

  /** Mean accuracy (a share) or loss of each candidate. */
  results = ({ sums, images }: Tally): number[] => sums.map((sum) => sum / images);

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
