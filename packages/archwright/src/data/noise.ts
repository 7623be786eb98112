/** Noise in place of images: for trying things out, and for scores that need no data. */
import { Random } from "../random.ts";
import { numberedClasses } from "./classes.ts";
import { type Dataset, emptyImageSet, type ImageSet } from "./dataset.ts";

export interface NoiseOptions {
  /** Training images. Default 1024. There are a quarter as many test images. */
  readonly count?: number;
  /** Default 32. */
  readonly size?: number;
  /** Default 3. */
  readonly channels?: number;
  /** Default 10. */
  readonly classes?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Grey levels to one standard deviation: bytes then reach three of them on either side. */
const SIGMA = 42.5;

/**
 * Independent normal pixels, kept as bytes: mean 127.5, standard deviation 42.5, cut off at three of them. With the
 * constants of this dataset, a normalised pixel is N(0, 1) cut off at ±3. Labels mean nothing: every class comes equally
 * often, in random order. So that a search can halve them, few images are of fewer classes, two of each.
 */
export function noiseDataset(options: NoiseOptions = {}): Dataset {
  const { count = 1024, size = 32, channels = 3, classes = 10, seed = 0 } = options;
  const random = Random.stream(seed, "data/noise");
  return {
    name: "noise",
    train: noiseImages(random, count, size, channels, classes),
    test: noiseImages(random, Math.ceil(count / 4), size, channels, classes),
    classes: numberedClasses(classes),
    mean: Array.from({ length: channels }, () => 0.5),
    std: Array.from({ length: channels }, () => SIGMA / 255),
    source: `noise of seed ${seed}`,
    notes: [],
  };
}

function noiseImages(random: Random, count: number, size: number, channels: number, classes: number): ImageSet {
  const set = emptyImageSet(count, size, size, channels);
  for (let i = 0; i < set.images.length; i++) {
    set.images[i] = Math.min(255, Math.max(0, Math.round(127.5 + SIGMA * random.normal())));
  }
  const used = Math.max(1, Math.min(classes, Math.floor(count / 2)));
  set.labels.set(random.permutation(count).map((n) => n % used));
  return set;
}
