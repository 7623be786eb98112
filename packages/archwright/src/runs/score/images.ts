/** The minibatches that a scoring is computed from: the same for every network. */
import { openedSize, scoringImages } from "../../data/minibatches.ts";
import { openDataset } from "../../data/open.ts";
import type { Note } from "../../notes.ts";
import type { ImageBlock } from "../../proxies/minibatch.ts";
import { datasetSummary } from "../dataset-summary.ts";
import type { Progress } from "../drive.ts";
import type { CheckedScoring } from "./request.ts";
import type { ScoringFile } from "./scores-file.ts";

export interface ScoringImages {
  readonly block: ImageBlock;
  readonly classes: number;
  readonly dataset: ScoringFile["dataset"];
  readonly notes: readonly Note[];
}

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
  const dataset = await openDataset(data, {
    size: openedSize(data, imageSize),
    channels: 3,
    download,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return {
    block: scoringImages(dataset, { batch, minibatches, seed }),
    classes: dataset.classes.length,
    dataset: datasetSummary(dataset),
    notes: dataset.notes,
  };
}
