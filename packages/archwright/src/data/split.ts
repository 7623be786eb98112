/** Parts of an image set, as views of the same memory. */
import type { ImageSet } from "./dataset.ts";

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

/**
 * The search split of the DARTS family: the first half of the training images trains the weights, the second half the
 * architecture. By index, without a shuffle: images 0..⌊N/2⌋-1 and ⌊N/2⌋..N-1 (DARTS reference code, `train_search`).
 */
export function halves(set: ImageSet): { train: ImageSet; valid: ImageSet } {
  const middle = Math.floor(set.count / 2);
  return { train: slice(set, 0, middle), valid: slice(set, middle, set.count) };
}
