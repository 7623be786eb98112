/** Normalisation and training augmentation of one batch, from bytes to floats. */
import type { Random } from "../random.ts";
import type { ImageSet, Normalization } from "./dataset.ts";

export interface Augmentation {
  /** Random crop of the image's own size out of the image with this many zero pixels on every side. 0: no crop. */
  readonly pad: number;
  /** Mirror left to right with probability 1/2. */
  readonly flip: boolean;
  /** Side of the square that cutout sets to zero after normalisation (DeVries & Taylor 2017), in pixels. 0: no cutout. */
  readonly cutout: number;
}

/** Crop with padding 4 and flip: the search phase of the DARTS family, and NAS-Bench-201's training. */
export const SEARCH_AUGMENTATION: Augmentation = { pad: 4, flip: true, cutout: 0 };

/** The same with cutout 16: the final training of the DARTS family. */
export const TRAINING_AUGMENTATION: Augmentation = { pad: 4, flip: true, cutout: 16 };

/** Normalisation only: test images. */
export const NO_AUGMENTATION: Augmentation = { pad: 0, flip: false, cutout: 0 };

/** `table[c·256 + v]` is byte `v` of channel `c` normalised: `(v/255 - mean) / std`. */
export function normalizationTable({ mean, std }: Normalization): Float32Array {
  const table = new Float32Array(256 * mean.length);
  for (let c = 0; c < mean.length; c++) {
    for (let v = 0; v < 256; v++) table[c * 256 + v] = (v / 255 - (mean[c] as number)) / (std[c] as number);
  }
  return table;
}

/**
 * Writes the images `indices` of `set`, augmented, to `out` as B×H×W×C floats (channels-last).
 *
 * In the order of the DARTS code: crop (outside the image a pixel is byte 0, so its value is -mean/std), flip,
 * normalise, cutout (value 0, the mean colour; the square is centred on any pixel and clipped at the borders).
 * For each image the draws from `random` are: row offset, column offset, flip, cutout row, cutout column, each only
 * if that step is on.
 *
 * @param table from {@link normalizationTable}
 */
export function augmentBatch(
  set: ImageSet,
  indices: Uint32Array,
  table: Float32Array,
  augmentation: Augmentation,
  random: Random,
  out: Float32Array,
): void {
  const { pad, flip, cutout } = augmentation;
  const size = set.height * set.width * set.channels;
  for (let b = 0; b < indices.length; b++) {
    const dy = pad > 0 ? random.integer(2 * pad + 1) - pad : 0;
    const dx = pad > 0 ? random.integer(2 * pad + 1) - pad : 0;
    const mirrored = flip && random.integer(2) === 1;
    cropInto(set, (indices[b] as number) * size, table, dy, dx, mirrored, out, b * size);
    if (cutout > 0) {
      const y = random.integer(set.height);
      const x = random.integer(set.width);
      cutSquare(set, y, x, cutout, out, b * size);
    }
  }
}

/** The window of the image at `from` whose corner is at row `dy`, column `dx`; the part outside is byte 0. */
function cropInto(
  set: ImageSet,
  from: number,
  table: Float32Array,
  dy: number,
  dx: number,
  mirrored: boolean,
  out: Float32Array,
  to: number,
): void {
  const { images, height, width, channels } = set;
  const step = mirrored ? -channels : channels;
  for (let y = 0; y < height; y++) {
    const row = to + y * width * channels;
    const sourceRow = y + dy;
    const inside = sourceRow >= 0 && sourceRow < height;
    // Window columns x0..x1-1 lie inside the image.
    const x0 = inside ? Math.min(width, Math.max(0, -dx)) : width;
    const x1 = inside ? Math.max(x0, Math.min(width, width - dx)) : width;
    let target = mirrored ? row + (width - 1) * channels : row;
    for (let x = 0; x < x0; x++, target += step) fillPixel(table, channels, out, target);
    const source = from + (sourceRow * width + x0 + dx) * channels;
    if (channels === 3) copyColour(images, source, x1 - x0, table, out, target, step);
    else copyPixels(images, source, x1 - x0, channels, table, out, target, step);
    target += (x1 - x0) * step;
    for (let x = x1; x < width; x++, target += step) fillPixel(table, channels, out, target);
  }
}

/** `count` pixels from `source` on, normalised, to every `step`-th place from `target` on. */
function copyPixels(
  images: Uint8Array,
  source: number,
  count: number,
  channels: number,
  table: Float32Array,
  out: Float32Array,
  target: number,
  step: number,
): void {
  let from = source;
  for (let x = 0, to = target; x < count; x++, to += step) {
    for (let c = 0; c < channels; c++) out[to + c] = table[(c << 8) | (images[from++] as number)] as number;
  }
}

/** {@link copyPixels} for three channels, without the inner loop: half the time, and nearly all images are such. */
function copyColour(
  images: Uint8Array,
  source: number,
  count: number,
  table: Float32Array,
  out: Float32Array,
  target: number,
  step: number,
): void {
  let from = source;
  let to = target;
  for (let x = 0; x < count; x++) {
    out[to] = table[images[from] as number] as number;
    out[to + 1] = table[256 + (images[from + 1] as number)] as number;
    out[to + 2] = table[512 + (images[from + 2] as number)] as number;
    from += 3;
    to += step;
  }
}

function fillPixel(table: Float32Array, channels: number, out: Float32Array, at: number): void {
  for (let c = 0; c < channels; c++) out[at + c] = table[c << 8] as number;
}

/** Rows `y - length/2` to `y + length/2 - 1` and the same columns, as far as they are inside the image. */
function cutSquare(set: ImageSet, y: number, x: number, length: number, out: Float32Array, to: number): void {
  const half = Math.floor(length / 2);
  const left = Math.max(0, x - half);
  const right = Math.min(set.width, x + half);
  for (let row = Math.max(0, y - half); row < Math.min(set.height, y + half); row++) {
    const start = to + row * set.width * set.channels;
    out.fill(0, start + left * set.channels, start + right * set.channels);
  }
}
