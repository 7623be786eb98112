/** Making a dataset fit a space that takes a certain number of channels and a certain size. */
import { ArchwrightError } from "../errors.ts";
import type { Note } from "../notes.ts";
import { type Dataset, emptyImageSet, type ImageSet } from "./dataset.ts";

export interface PrepareOptions {
  /** Channels the space takes. Grey images become three channels by repetition. Default: as they are. */
  readonly channels?: number;
  /** Height and width the space takes, in pixels. Smaller images get a border of zeros. Default: as they are. */
  readonly size?: number;
}

/**
 * The dataset with `channels` channels and `size`×`size` pixels: 28×28×1 becomes 32×32×3 with a black border of two
 * pixels. Returns the same dataset when nothing has to change. The normalisation constants are repeated with the
 * channels and stay those of the images without the border.
 */
export function prepare(dataset: Dataset, options: PrepareOptions): Dataset {
  const channels = options.channels ?? dataset.train.channels;
  if (channels !== dataset.train.channels && dataset.train.channels !== 1) {
    throw new ArchwrightError(
      "data",
      `${dataset.source} has ${dataset.train.channels} channels, but ${channels} are needed`,
    );
  }
  const train = fit(dataset.train, channels, options.size, dataset.source);
  const test = dataset.test === undefined ? undefined : fit(dataset.test, channels, options.size, dataset.source);
  if (train === dataset.train && test === dataset.test) return dataset;
  const repeated = (values: readonly number[]) =>
    dataset.train.channels === channels ? values : Array.from({ length: channels }, () => values[0] as number);
  const notes = [...dataset.notes, ...bordered(dataset.train, train)];
  const fitted = { ...dataset, train, mean: repeated(dataset.mean), std: repeated(dataset.std), notes };
  return test === undefined ? fitted : { ...fitted, test };
}

/** Said of a border that is more than the two pixels that MNIST gets. */
function bordered(before: ImageSet, after: ImageSet): Note[] {
  if (after.height - before.height <= 4 && after.width - before.width <= 4) return [];
  const sizes = `${before.height}×${before.width} get a black border to ${after.height}×${after.width}`;
  return [{ kind: "bordered", message: `images of ${sizes}; those of folder:DIR are scaled` }];
}

function fit(set: ImageSet, channels: number, size: number | undefined, source: string): ImageSet {
  const height = size ?? set.height;
  const width = size ?? set.width;
  if (height === set.height && width === set.width && channels === set.channels) return set;
  if (height < set.height || width < set.width) {
    throw new ArchwrightError(
      "data",
      `${source} has images of ${set.height}×${set.width}, larger than the ${height}×${width} that are needed; folder:DIR scales images down`,
    );
  }
  const top = Math.floor((height - set.height) / 2);
  const left = Math.floor((width - set.width) / 2);
  const repeat = channels / set.channels; // 1, or `channels` for grey images
  const out = emptyImageSet(set.count, height, width, channels);
  let from = 0;
  for (let n = 0; n < set.count; n++) {
    for (let y = 0; y < set.height; y++) {
      let to = ((n * height + top + y) * width + left) * channels;
      for (let i = 0; i < set.width * set.channels; i++) {
        const value = set.images[from++] as number;
        for (let r = 0; r < repeat; r++) out.images[to++] = value;
      }
    }
  }
  return { ...out, labels: set.labels };
}
