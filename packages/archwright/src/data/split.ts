/** Parts of an image set, as views of the same memory. */
import { ArchwrightError } from "../errors.ts";
import type { ImageSet } from "./dataset.ts";
import { countClasses } from "./order.ts";

/** Images `start` to `end - 1`. Shares the memory of `set`. */
export function slice(set: ImageSet, start: number, end: number): ImageSet {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > set.count) {
    throw new RangeError(`slice(${start}, ${end}) of a set of ${set.count} images`);
  }
  const size = set.height * set.width * set.channels;
  return {
    ...set,
    images: set.images.subarray(start * size, end * size),
    labels: set.labels.subarray(start, end),
    count: end - start,
  };
}

/** `halves`: one half for the weights, the other for the architecture; `whole`: all images for both (single-level). */
export type Split = "halves" | "whole";

/** What the weights move on, and what the architecture does. */
export interface SplitImages {
  readonly train: ImageSet;
  readonly valid: ImageSet;
}

/** Throws `ArchwrightError("data")` for images that cannot be searched with. */
export function splitOf(images: LabelledImages, split: Split): SplitImages {
  if (split === "halves") return halves(images);
  const { train, classes } = images;
  requireClasses(train, classes, countClasses(train.labels));
  return { train, valid: train };
}

/**
 * The search split of the DARTS family: the first half of the training images trains the weights, the second half the
 * architecture. By index, without a shuffle: images 0..⌊N/2⌋-1 and ⌊N/2⌋..N-1 (DARTS reference code, `train_search`).
 * In the order that `spread` gives, each half has every class of two images or more.
 *
 * Throws `ArchwrightError("data")` for a class that cannot be in both halves, and where all images are of one class.
 */
export function halves({ train, classes }: LabelledImages): SplitImages {
  const sizes = countClasses(train.labels);
  const alone = [...sizes].filter(([, size]) => size === 1).map(([label]) => classes[label] ?? String(label));
  if (alone.length > 0) {
    const named = alone.length === 1 ? `class ${alone[0]} has` : `classes ${alone.join(", ")} have`;
    throw new ArchwrightError(
      "data",
      `a search trains on one half of the images and validates on the other, but ${named} a single image; give every class two or more`,
      { details: { classes: alone } },
    );
  }
  requireClasses(train, classes, sizes);
  const middle = Math.floor(train.count / 2);
  return { train: slice(train, 0, middle), valid: slice(train, middle, train.count) };
}

function requireClasses({ count }: ImageSet, classes: readonly string[], sizes: ReadonlyMap<number, number>): void {
  if (sizes.size === 1) {
    const [label = 0] = sizes.keys();
    throw new ArchwrightError(
      "data",
      `all ${count} training images are of class ${classes[label] ?? label}; a search needs two classes or more`,
    );
  }
}

interface LabelledImages {
  readonly train: ImageSet;
  /** Names of the labels. */
  readonly classes: readonly string[];
}
