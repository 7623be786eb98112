/** The minibatches of both halves of the training images. */
import { NO_AUGMENTATION, SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { SearchModel } from "../../search/model.ts";
import type { TrainingSettings } from "./settings.ts";

export interface HalvesState {
  readonly train: BatchesState;
  readonly valid: BatchesState;
  readonly evaluation: BatchesState;
}

/** Training minibatches for w, validation minibatches for α, and the validation half in order for evaluation. */
export class Halves {
  readonly train: Batches;
  readonly valid: Batches;
  readonly evaluation: Batches;

  /** - `saved`: continue from where minibatches of the same size stood. */
  constructor(
    model: SearchModel,
    batchSize: number,
    sampling: Pick<TrainingSettings, "trainSampling" | "validationSampling">,
    saved?: HalvesState,
  ) {
    const { dataset, seed } = model.context;
    const options = (name: string, stream: string): BatchesOptions => ({
      batchSize,
      normalization: dataset,
      seed,
      name,
      // Batches of another size are other batches: SGAS changes it on the way.
      stream: `supernet/${stream}/${batchSize}`,
      augmentation: SEARCH_AUGMENTATION,
    });
    const { train, valid } = model.halves;
    const independently = (sampling: "epoch" | "independent") => ({ independent: sampling === "independent" });
    const training = { ...options("training", "train"), ...independently(sampling.trainSampling) };
    const validating = { ...options("validation", "valid"), ...independently(sampling.validationSampling) };
    const evaluating = { ...options("validation", "evaluation"), augmentation: NO_AUGMENTATION, shuffle: false };
    this.train = saved === undefined ? new Batches(train, training) : Batches.restore(train, training, saved.train);
    this.valid = saved === undefined ? new Batches(valid, validating) : Batches.restore(valid, validating, saved.valid);
    this.evaluation =
      saved === undefined ? new Batches(valid, evaluating) : Batches.restore(valid, evaluating, saved.evaluation);
  }

  save(): HalvesState {
    return { train: this.train.save(), valid: this.valid.save(), evaluation: this.evaluation.save() };
  }
}
