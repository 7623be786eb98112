import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  augmentBatch,
  NO_AUGMENTATION,
  normalizationTable,
  SEARCH_AUGMENTATION,
  TRAINING_AUGMENTATION,
} from "../../src/data/augment.ts";
import { Random } from "../../src/random.ts";
import { imageSet } from "./helpers.ts";

/** Bytes as they are: mean 0 and std 1/255. */
const raw = (channels: number) =>
  normalizationTable({ mean: Array(channels).fill(0), std: Array(channels).fill(1 / 255) });

// Pixel (y, x) is (y + 1, x + 1): its place, and never the 0 of padding.
const byChannels = (channels: number) =>
  imageSet(1, 32, 32, channels, (_n, y, x, c) => (c === 0 ? y : x) + 1 + (c === 2 ? 100 : 0));
const coordinates = byChannels(2);

function augmented(augmentation: { pad: number; flip: boolean; cutout: number }, seed: number, set = coordinates) {
  const out = new Float32Array(set.height * set.width * set.channels).fill(Number.NaN);
  augmentBatch(set, Uint32Array.of(0), raw(set.channels), augmentation, Random.stream(seed, "test"), out);
  return (y: number, x: number, c: number) => Math.round(out[(y * set.width + x) * set.channels + c] as number);
}

describe("normalisation", () => {
  test("(v/255 - mean) / std, channels-last, for the images asked for", () => {
    const set = imageSet(3, 2, 2, 3, (n, y, x, c) => 60 * n + 20 * y + 10 * x + c);
    const mean = [0.1, 0.2, 0.3];
    const std = [0.5, 0.25, 0.125];
    const out = new Float32Array(2 * 12);
    augmentBatch(
      set,
      Uint32Array.of(2, 0),
      normalizationTable({ mean, std }),
      NO_AUGMENTATION,
      Random.stream(0, ""),
      out,
    );
    for (const [b, n] of [
      [0, 2],
      [1, 0],
    ] as const)
      for (let i = 0; i < 12; i++) {
        const [y, x, c] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
        const value = (60 * n + 20 * y + 10 * x + c) / 255;
        expect(out[b * 12 + i]).toBeCloseTo((value - (mean[c] as number)) / (std[c] as number), 6);
      }
  });

  test("draws nothing", () => {
    const random = Random.stream(3, "x");
    const before = random.save();
    augmentBatch(coordinates, Uint32Array.of(0), raw(2), NO_AUGMENTATION, random, new Float32Array(2048));
    expect(random.save()).toEqual(before);
  });
});

describe("crop and flip", () => {
  test("every pixel comes from one shift, mirrored or not, and zeros fill the rest", () => {
    fc.assert(
      fc.property(fc.nat(100000), fc.constantFrom(2, 3), (seed, channels) => {
        const pixel = augmented({ pad: 4, flip: true, cutout: 0 }, seed, byChannels(channels));
        // The centre is always inside the image, so it tells shift and direction.
        const dy = pixel(16, 16, 0) - 1 - 16;
        const mirrored = pixel(16, 17, 1) < pixel(16, 16, 1);
        const dx = pixel(16, 16, 1) - 1 - (mirrored ? 15 : 16);
        expect(Math.abs(dy)).toBeLessThanOrEqual(4);
        expect(Math.abs(dx)).toBeLessThanOrEqual(4);
        for (let y = 0; y < 32; y++)
          for (let x = 0; x < 32; x++) {
            const sy = y + dy;
            const sx = (mirrored ? 31 - x : x) + dx;
            const inside = sy >= 0 && sy < 32 && sx >= 0 && sx < 32;
            const expected = inside ? [sy + 1, sx + 1, sx + 101] : [0, 0, 0];
            for (let c = 0; c < channels; c++) {
              if (pixel(y, x, c) === expected[c]) continue;
              throw new Error(`pixel ${y}, ${x} with shift ${dy}, ${dx}, mirrored ${mirrored}`);
            }
          }
      }),
      { numRuns: 300 },
    );
  });

  test("each of the 81 shifts and both directions are equally likely", () => {
    const draws = 8100;
    const set = imageSet(1, 12, 12, 2, (_n, y, x, c) => (c === 0 ? y : x) + 1);
    const counts = new Map<string, number>();
    let flips = 0;
    const random = Random.stream(7, "test");
    const out = new Float32Array(288);
    for (let i = 0; i < draws; i++) {
      augmentBatch(set, Uint32Array.of(0), raw(2), { pad: 4, flip: true, cutout: 0 }, random, out);
      const at = (6 * 12 + 6) * 2;
      const mirrored = (out[at + 3] as number) < (out[at + 1] as number);
      if (mirrored) flips++;
      const key = `${Math.round(out[at] as number)} ${Math.round(out[at + 1] as number) - (mirrored ? 0 : 1)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(81);
    const chi2 = [...counts.values()].reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0);
    expect(chi2).toBeLessThan(124.8); // the 99.9 % quantile of χ² with 80 degrees of freedom
    expect(Math.abs(flips - draws / 2)).toBeLessThan(4 * Math.sqrt(draws / 4));
  });

  test("padding is byte 0 and is normalised with the image", () => {
    const set = imageSet(1, 4, 4, 1, () => 255);
    const out = new Float32Array(16);
    const table = normalizationTable({ mean: [0.5], std: [0.25] });
    const values = new Set<number>();
    const random = Random.stream(0, "x");
    for (let i = 0; i < 50; i++) {
      augmentBatch(set, Uint32Array.of(0), table, { pad: 4, flip: false, cutout: 0 }, random, out);
      for (const value of out) values.add(value);
    }
    expect([...values].sort()).toEqual([-2, 2]);
  });

  test("padding wider than the image", () => {
    const set = imageSet(1, 2, 3, 1, (_n, y, x) => 1 + y * 3 + x);
    const values = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const pixel = augmented({ pad: 9, flip: true, cutout: 0 }, seed, set);
      for (let y = 0; y < 2; y++) for (let x = 0; x < 3; x++) values.add(pixel(y, x, 0));
    }
    expect([...values].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("cutout", () => {
  test("zeros a 16×16 square about any pixel, clipped at the borders, and nothing else", () => {
    const areas = new Set<number>();
    for (let seed = 0; seed < 300; seed++) {
      const pixel = augmented({ pad: 0, flip: false, cutout: 16 }, seed);
      const cut: [number, number][] = [];
      for (let y = 0; y < 32; y++)
        for (let x = 0; x < 32; x++) {
          if (pixel(y, x, 0) === 0) cut.push([y, x]);
          else if (pixel(y, x, 0) !== y + 1 || pixel(y, x, 1) !== x + 1) throw new Error(`pixel ${y}, ${x} changed`);
        }
      const range = (i: 0 | 1) => [Math.min(...cut.map((p) => p[i])), Math.max(...cut.map((p) => p[i]))] as const;
      const [rows, columns] = [range(0), range(1)];
      for (const [low, high] of [rows, columns]) {
        // A centre k gives k-8..k+7, clipped.
        const length = high - low + 1;
        expect(length === 16 || (low === 0 && length >= 8) || (high === 31 && length >= 9)).toBe(true);
      }
      areas.add(cut.length);
      expect(cut.length).toBe((rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1));
    }
    expect(Math.max(...areas)).toBe(256);
  });

  test("comes after normalisation", () => {
    const set = imageSet(1, 8, 8, 1, () => 200);
    const out = new Float32Array(64);
    augmentBatch(
      set,
      Uint32Array.of(0),
      normalizationTable({ mean: [0.1], std: [0.1] }),
      { pad: 0, flip: false, cutout: 4 },
      Random.stream(0, "x"),
      out,
    );
    expect(out.filter((value) => value === 0).length).toBeGreaterThanOrEqual(4);
    expect(new Set(out).size).toBe(2);
  });
});

test("the published augmentations: crop with padding 4 and flip; cutout 16 in the final training alone (darts §4)", () => {
  expect(SEARCH_AUGMENTATION).toEqual({ pad: 4, flip: true, cutout: 0 });
  expect(TRAINING_AUGMENTATION).toEqual({ pad: 4, flip: true, cutout: 16 });
  expect(NO_AUGMENTATION).toEqual({ pad: 0, flip: false, cutout: 0 });
});
