/** The minibatches that networks are scored on: the same for every network. */
import { SEARCH_AUGMENTATION } from "./augment.ts";
import type { Dataset } from "./dataset.ts";
import { Batches } from "./sampler.ts";

/** Of these images, those of folders are read and noise is made at any size; the others are scaled with the minibatch. */
const OWN_SIZE = 32;

/** The size at which the images that `data` names (as `--data` does) are opened for networks that take `imageSize` pixels. */
export const openedSize = (data: string, imageSize: number): number =>
  /^(folder|labels|noise)\b/.test(data) ? imageSize : OWN_SIZE;

export interface MinibatchOptions {
  readonly batch: number;
  readonly minibatches: number;
  readonly seed: number;
}

/**
 * So many minibatches of `batch` training images, one after the other, with crop and flip as for training
 * (zero-cost-proxies §1). Throws `ArchwrightError("data")` if there are too few images.
 */
export function scoringImages(dataset: Dataset, { batch, minibatches, seed }: MinibatchOptions) {
  const batches = new Batches(dataset.train, {
    batchSize: batch * minibatches,
    normalization: dataset,
    seed,
    name: "score",
    augmentation: SEARCH_AUGMENTATION,
  });
  const { images, labels, size: count, height, width } = batches.next();
  return { images, labels, count, height, width };
}
