/** The minibatches of both halves of the training images. */
import { NO_AUGMENTATION, SEARCH_AUGMENTATION } from "../../data/augment.ts";
import type { ImageSet } from "../../data/dataset.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { SearchModel } from "../../search/model.ts";
import type { TrainingSettings } from "./settings.ts";
import type { EpochPlan } from "./training-plan.ts";

export interface HalvesState {
  readonly train: BatchesState;
  readonly valid: BatchesState;
  readonly evaluation: BatchesState;
  readonly own: BatchesState;
}

/** What tells the minibatches of one epoch from those of another: SGAS changes their size, DARTS-PT how they are drawn. */
type Kind = Pick<EpochPlan, "batch" | "trainSampling" | "phase">;

/** Training minibatches for w, validation minibatches for α, and the validation half in order for evaluation. */
export class Halves {
  readonly #kind: Kind;
  readonly train: Batches;
  readonly valid: Batches;
  readonly evaluation: Batches;
  /** Minibatches of the training half for passes of the update's own. */
  readonly own: Batches;

  /**
   * - `ownBatch`: images in the update's own minibatches. @default the plan's
   * - `saved`: continue from where minibatches of the same kind stood.
   */
  constructor(
    model: SearchModel,
    kind: Kind,
    { validationSampling, validationBatch }: Pick<TrainingSettings, "validationSampling" | "validationBatch">,
    { ownBatch, saved }: { readonly ownBatch?: number | undefined; readonly saved?: HalvesState | undefined } = {},
  ) {
    this.#kind = kind;
    const { dataset, seed } = model.context;
    const { batch, trainSampling, phase } = kind;
    const options = (name: string, stream: string, batchSize = batch): BatchesOptions => ({
      batchSize,
      normalization: dataset,
      seed,
      name,
      // Minibatches of another size or phase are other minibatches.
      stream: `supernet/${stream}/${batchSize}${phase === "search" ? "" : `/${phase}`}`,
      augmentation: SEARCH_AUGMENTATION,
    });
    const { train, valid } = model.halves;
    const independently = (sampling: "epoch" | "independent") => ({ independent: sampling === "independent" });
    const training = { ...options("training", "train"), ...independently(trainSampling) };
    const alphaBatch = validationBatch === "auto" ? batch : validationBatch;
    const validating = { ...options("validation", "valid", alphaBatch), ...independently(validationSampling) };
    const evaluating = { ...options("validation", "evaluation"), augmentation: NO_AUGMENTATION, shuffle: false };
    const batches = (set: ImageSet, options: BatchesOptions, state: BatchesState | undefined): Batches =>
      state === undefined ? new Batches(set, options) : Batches.restore(set, options, state);
    this.train = batches(train, training, saved?.train);
    this.valid = batches(valid, validating, saved?.valid);
    this.evaluation = batches(valid, evaluating, saved?.evaluation);
    this.own = batches(train, options("training", "own", ownBatch), saved?.own);
  }

  /** Whether an epoch of this plan goes on with these minibatches. */
  suits({ batch, trainSampling, phase }: EpochPlan): boolean {
    const own = this.#kind;
    return own.batch === batch && own.trainSampling === trainSampling && own.phase === phase;
  }

  save(): HalvesState {
    return {
      train: this.train.save(),
      valid: this.valid.save(),
      evaluation: this.evaluation.save(),
      own: this.own.save(),
    };
  }
}
