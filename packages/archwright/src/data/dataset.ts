/** What a dataset is: images of one size as bytes, their labels, and the constants that normalise them. */

import type { Note } from "../notes.ts";

/** Images of one size in one block of memory, so that a batch is channels-last. */
export interface ImageSet {
  /** N×H×W×C bytes, row-major: pixel (n, y, x, c) is at `((n·H + y)·W + x)·C + c`. */
  readonly images: Uint8Array;
  /** N class numbers, from 0. */
  readonly labels: Uint16Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Per-channel constants of `(pixel / 255 - mean) / std`. */
export interface Normalization {
  /** One mean per channel, of pixels scaled to [0, 1]. */
  readonly mean: readonly number[];
  /** One standard deviation per channel, of pixels scaled to [0, 1]. */
  readonly std: readonly number[];
}

export interface Dataset extends Normalization {
  /** `cifar10`, `cifar100`, `mnist`, `fashion-mnist`, `idx`, `folder`, `noise` or `demo`. */
  readonly name: string;
  readonly train: ImageSet;
  /** Of folders: what the file of each training image is called, from the folder on. */
  readonly names?: readonly string[];
  /** Absent when the files hold no test images. */
  readonly test?: ImageSet;
  /** Class names; their number is the number of outputs a network needs. */
  readonly classes: readonly string[];
  /** Where the images came from, for people: a directory or a sentence. */
  readonly source: string;
  /** What was noticed when they were opened. */
  readonly notes: readonly Note[];
}

/** An image set over freshly allocated memory, all pixels and labels 0. */
export function emptyImageSet(count: number, height: number, width: number, channels: number): ImageSet {
  return {
    images: new Uint8Array(count * height * width * channels),
    labels: new Uint16Array(count),
    count,
    height,
    width,
    channels,
  };
}

/** The images `indices` of a set, in that order, in memory of their own. */
export function picked(set: ImageSet, indices: Uint32Array): ImageSet {
  const { images, labels, height, width, channels } = set;
  const out = emptyImageSet(indices.length, height, width, channels);
  const size = height * width * channels;
  for (const [to, from] of indices.entries()) {
    out.images.set(images.subarray(from * size, (from + 1) * size), to * size);
    out.labels[to] = labels[from] as number;
  }
  return out;
}
