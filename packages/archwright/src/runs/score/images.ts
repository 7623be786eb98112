/** The minibatches that a scoring is computed from: the same for every network. */
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { openDataset } from "../../data/open.ts";
import { Batches } from "../../data/sampler.ts";
import { datasetSummary } from "../dataset-summary.ts";
import type { Progress } from "../runner.ts";
import type { ImageBlock } from "./messages.ts";
import type { CheckedScoring } from "./request.ts";
import type { ScoringFile } from "./scores-file.ts";

export interface ScoringImages {
  readonly block: ImageBlock;
  readonly classes: number;
  readonly dataset: ScoringFile["dataset"];
}

/** Of these images, those of folders are read and noise is made at any size; the others are scaled with the minibatch. */
const OWN_SIZE = 32;

/**
 * Draws training images with crop and flip, as for training (zero-cost-proxies §1). Throws `ArchwrightError("data")` if they
 * cannot be read or are too few.
 */
export async function drawImages(
  { request }: CheckedScoring,
  minibatches: number,
  onProgress?: (progress: Progress) => void,
): Promise<ScoringImages> {
  const { data, imageSize, batch, seed, download = false } = request;
  const size = /^(folder|noise)\b/.test(data) ? imageSize : OWN_SIZE;
  const dataset = await openDataset(data, {
    size,
    channels: 3,
    download,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const batches = new Batches(dataset.train, {
    batchSize: batch * minibatches,
    normalization: dataset,
    seed,
    name: "score",
    augmentation: SEARCH_AUGMENTATION,
  });
  const { images, labels, size: count, height, width } = batches.next();
  return {
    block: { images, labels, count, height, width },
    classes: dataset.classes.length,
    dataset: datasetSummary(dataset),
  };
}
