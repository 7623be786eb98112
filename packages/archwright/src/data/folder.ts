/** A folder of images, one sub-folder for each class, decoded and scaled to one size. */
import { relative } from "node:path";
import { ArchwrightError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { isOneColour } from "./examine.ts";
import { decodeAll } from "./folder/decode.ts";
import { readHeaders } from "./folder/headers.ts";
import { passedOver } from "./folder/image-files.ts";
import { folderLayout, type LabelledFile } from "./folder/layout.ts";
import { channelStatistics } from "./statistics.ts";

export interface FolderOptions {
  /** Height and width of the images after scaling, in pixels. Default 32. */
  readonly size?: number;
  /** Called after each group of images. */
  readonly onProgress?: (progress: { done: number; total: number; label: string }) => void;
}

/**
 * Opens `DIR/<class>/<image>`, or `DIR/train/<class>/<image>` (`training`) with an optional `DIR/test` (`testing`, `val`,
 * `valid`, `validation`) beside it. Mean and std are measured on the training images after decoding. Image files that are
 * not taken, images that are scaled, equal or of a single colour are told in the notes.
 *
 * Throws `ArchwrightError("data")` for a folder of another form, for an image that cannot be read faithfully, and where
 * all training images come out as one colour.
 */
export async function openFolder(directory: string, options: FolderOptions = {}): Promise<Dataset> {
  const size = options.size ?? 32;
  const { classes, train: trainFiles, test: testFiles = [] } = await folderLayout(directory);
  const files = [...trainFiles, ...testFiles].map(({ path }) => path);
  const unused = await passedOver(directory, new Set(files));
  const headers = await readHeaders(files, size);
  const decode = (part: readonly LabelledFile[], before: number) =>
    decodeAll(part, size, headers, (done) =>
      options.onProgress?.({ done: before + done, total: files.length, label: directory }),
    );
  const train = await decode(trainFiles, 0);
  const names = trainFiles.map(({ path }) => relative(directory, path));
  if (isOneColour(train)) {
    throw new ArchwrightError(
      "data",
      `all training images in ${directory} come out as one and the same colour, ${train.images.subarray(0, 3).join(" ")} of 255, from ${names[0]} on; look at the files`,
      { details: { directory } },
    );
  }
  const dataset = {
    name: "folder",
    train,
    names,
    classes,
    ...channelStatistics(train),
    source: directory,
    notes: [...unused, ...headers.notes],
  };
  return testFiles.length === 0 ? dataset : { ...dataset, test: await decode(testFiles, trainFiles.length) };
}
