/** What files of runs say of the images, by which a resumed run knows them again. */
import { createHash } from "node:crypto";
import type { Dataset } from "../data/dataset.ts";
import { ArchwrightError } from "../errors.ts";
import type { RunFile } from "./run-files.ts";

type DatasetSummary = NonNullable<RunFile["dataset"]>;

export const datasetSummary = (dataset: Dataset): DatasetSummary => ({
  name: dataset.name,
  images: dataset.train.count,
  classes: dataset.classes.length,
  largestClass: largestClass(dataset),
  sha256: datasetDigest(dataset),
});

function largestClass({ train: { labels }, classes }: Dataset): number {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return Math.max(...counts);
}

/** Throws `ArchwrightError("run")` if the images are not those that `place` began with. */
export function checkDataset(data: string, found: DatasetSummary, expected: DatasetSummary, place: string): void {
  if (found.sha256 === expected.sha256) return;
  throw new ArchwrightError(
    "run",
    `the images of "${data}" are not those that ${place} began with; put them back, or start a new run`,
    { details: { place, expected, found } },
  );
}

/** SHA-256 over sizes, pixels and labels of the training images. */
function datasetDigest({ train }: Dataset): string {
  const { count, height, width, channels, images, labels } = train;
  return createHash("sha256")
    .update(`${count} ${height} ${width} ${channels}\n`)
    .update(images)
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .digest("hex");
}
