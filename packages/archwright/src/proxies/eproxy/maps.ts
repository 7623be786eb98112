/** Synthetic maps of 8×8 cells, as numbers: what targets are made of. */
import type { Random } from "../../random.ts";

/** Cells along a side. */
export const SIDE = 8;
const CELLS = SIDE * SIDE;

const FREQUENCIES = 10;
const PHASES = 32;

export interface MapOptions {
  readonly channels: number;
  readonly images: number;
  /** Fresh maps for each image, or the same for all. */
  readonly perImage: boolean;
}

/** `images` × `channels` × 8 × 8 values, from one draw for all images or one for each. */
function drawn({ channels, images, perImage }: MapOptions, draw: () => Float32Array): Float32Array {
  const all = new Float32Array(images * channels * CELLS);
  let maps = draw();
  for (let image = 0; image < images; image++) {
    if (perImage && image > 0) maps = draw();
    all.set(maps, image * channels * CELLS);
  }
  return all;
}

/** So many values from `low` to `high`, both among them. */
export const frequencies = (low: number, high: number): number[] =>
  Array.from({ length: FREQUENCIES }, (_, i) => low + ((high - low) * i) / (FREQUENCIES - 1));

/** sin or cos of 2πβ·u + φ, u = 1..8. */
export const wave = (beta: number, phase: number, u: number, cosine: boolean): number => {
  const angle = 2 * Math.PI * beta * u + phase;
  return cosine ? Math.cos(angle) : Math.sin(angle);
};

/**
 * Maps along one axis (`sin1d`) or two (`sin2d`; eproxy-dps §6.2): for every frequency, or ordered pair, 32 phases from
 * U(0, 2π), even-numbered ones with sine and odd ones with cosine; along columns and along rows, or as they are and upside
 * down. Random ones of all, each once while there are enough.
 */
export function sineMaps(axes: 1 | 2, betas: readonly number[], options: MapOptions, random: Random): Float32Array {
  const sets = axes === 1 ? betas.length : betas.length ** 2;
  return drawn(options, () => {
    const phases = Float64Array.from({ length: sets * PHASES }, () => 2 * Math.PI * random.uniform());
    const order = random.permutation(2 * phases.length);
    const maps = new Float32Array(options.channels * CELLS);
    for (let channel = 0; channel < options.channels; channel++) {
      const chosen = order[channel % order.length] as number;
      const turned = chosen % 2 === 1;
      const wavelet = (chosen - (turned ? 1 : 0)) / 2;
      const phase = phases[wavelet] as number;
      const cosine = (wavelet % PHASES) % 2 === 1;
      const set = Math.floor(wavelet / PHASES);
      for (let cell = 0; cell < CELLS; cell++) {
        const [row, column] = [Math.floor(cell / SIDE) + 1, (cell % SIDE) + 1];
        maps[channel * CELLS + cell] =
          axes === 1
            ? wave(betas[set] as number, phase, turned ? row : column, cosine)
            : plane(betas, set, turned ? SIDE + 1 - row : row, column, phase, cosine);
      }
    }
    return maps;
  });
}

/** The phase enters once for each axis. */
function plane(
  betas: readonly number[],
  pair: number,
  row: number,
  column: number,
  phase: number,
  cosine: boolean,
): number {
  const [first, second] = [betas[Math.floor(pair / betas.length)] as number, betas[pair % betas.length] as number];
  return wave(first, phase + 2 * Math.PI * second * row + phase, column, cosine);
}

/** ±1, by a fair coin, in ⌊64·part⌋ cells of each map, 0 elsewhere; blurred, divided by the map's largest magnitude. */
export function dotMaps(part: number, blurred: boolean, options: MapOptions, random: Random): Float32Array {
  const count = Math.floor(CELLS * part);
  return drawn(options, () => {
    const maps = new Float32Array(options.channels * CELLS);
    for (let channel = 0; channel < options.channels; channel++) {
      const map = maps.subarray(channel * CELLS, (channel + 1) * CELLS);
      const cells = count === CELLS ? map.keys() : random.permutation(CELLS).subarray(0, count);
      for (const cell of cells) map[cell] = random.integer(2) === 0 ? -1 : 1;
      if (blurred) map.set(normalized(blur(map)));
    }
    return maps;
  });
}

/** Gaussian filter of deviation 1, cut off at four, the map continued by its mirror image. */
export function blur(map: ArrayLike<number>): Float32Array {
  const radius = 4;
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / 2));
  const total = bell.reduce((sum, value) => sum + value, 0);
  const along = (values: ArrayLike<number>, stride: number, other: number): Float32Array => {
    const out = new Float32Array(CELLS);
    for (let line = 0; line < SIDE; line++) {
      for (let at = 0; at < SIDE; at++) {
        let sum = 0;
        for (let d = -radius; d <= radius; d++) {
          sum += (bell[d + radius] as number) * (values[line * other + mirrored(at + d) * stride] as number);
        }
        out[line * other + at * stride] = sum / total;
      }
    }
    return out;
  };
  return along(along(map, 1, SIDE), SIDE, 1);
}

/** d c b a | a b c d | d c b a */
function mirrored(position: number): number {
  if (position < 0) return -1 - position;
  return position >= SIDE ? 2 * SIDE - 1 - position : position;
}

function normalized(map: Float32Array): Float32Array {
  const largest = map.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? map : map.map((value) => value / largest);
}

/**
 * Images at the size of the maps, the nearest pixels of them, from -1 to 1 as the darkest and brightest of the minibatch; a random
 * one of the three colours for each channel. - `pixels`: images × 3 × 8 × 8.
 */
export function imageMaps(pixels: ArrayLike<number>, options: MapOptions, random: Random): Float32Array {
  const { channels, images } = options;
  const values = Array.from(pixels);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const colours = Array.from({ length: channels }, () => random.integer(3));
  const all = new Float32Array(images * channels * CELLS);
  for (let image = 0; image < images; image++) {
    for (const [channel, colour] of colours.entries()) {
      for (let cell = 0; cell < CELLS; cell++) {
        const value = values[(image * 3 + colour) * CELLS + cell] as number;
        all[(image * channels + channel) * CELLS + cell] = (2 * (value - low)) / (high - low) - 1;
      }
    }
  }
  return all;
}
