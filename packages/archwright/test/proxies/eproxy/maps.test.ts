/** Synthetic maps: against their definitions, value by value. */
import { describe, expect, it } from "vitest";
import { blur, dotMaps, frequencies, imageMaps, sineMaps, wave } from "../../../src/proxies/eproxy/maps.ts";
import { Random } from "../../../src/random.ts";

const random = () => Random.stream(3, "test/maps");
const many = { channels: 512, images: 16, perImage: true };
const map = (all: Float32Array, index: number): number[] => [...all.slice(64 * index, 64 * index + 64)];
const rows = (values: number[]): number[][] => Array.from({ length: 8 }, (_, r) => values.slice(8 * r, 8 * r + 8));
const columns = (values: number[]): number[][] =>
  rows(values).map((_, c) => rows(values).map((row) => row[c] as number));
const constant = (line: number[]): boolean => line.every((value) => value === line[0]);

describe("sine maps", () => {
  it("follow the sine at 1 to 8", () => {
    const half = Math.SQRT1_2;
    const expected = [half, 1, half, 0, -half, -1, -half, 0];
    for (const [i, value] of expected.entries()) expect(wave(0.125, 0, i + 1, false)).toBeCloseTo(value, 12);
    expect(wave(0.125, 0, 8, true)).toBeCloseTo(1, 12);
  });

  it("of one axis vary along it alone, and there are both", () => {
    const all = sineMaps(1, [0.4125], { channels: 64, images: 1, perImage: true }, random());
    const along = Array.from({ length: 64 }, (_, i) => rows(map(all, i)).every(constant));
    for (let i = 0; i < 64; i++) expect(columns(map(all, i)).every(constant)).toBe(!along[i]);
    // Each of the 64 once: 32 phases along each axis.
    expect(along.filter((down) => down)).toHaveLength(32);
    expect(new Set(Array.from({ length: 64 }, (_, i) => map(all, i).join()))).toHaveProperty("size", 64);
  });

  it("solve the wave's recurrence x[u+1] + x[u-1] = 2 cos(2πβ) x[u], along one axis and along both", () => {
    const beta = 0.4125;
    for (const axes of [1, 2] as const) {
      const all = sineMaps(axes, [beta], { channels: 20, images: 1, perImage: true }, random());
      for (let i = 0; i < 20; i++) {
        for (const line of [...rows(map(all, i)), ...columns(map(all, i))].filter(
          (each) => axes === 2 || !constant(each),
        )) {
          for (let u = 1; u < 7; u++) {
            const next = 2 * Math.cos(2 * Math.PI * beta) * (line[u] as number) - (line[u - 1] as number);
            expect(line[u + 1]).toBeCloseTo(next, 4);
          }
        }
      }
    }
  });

  it("have the variance of a sine", () => {
    const all = sineMaps(1, frequencies(0.375, 0.4875), many, random());
    const square = all.reduce((sum, value) => sum + value ** 2, 0) / all.length;
    expect(Math.abs(square - 0.5)).toBeLessThan(0.01);
  });

  it("are the same for all images or fresh for each", () => {
    const of = (perImage: boolean) => sineMaps(1, [0.2, 0.3], { channels: 4, images: 2, perImage }, random());
    const halves = (all: Float32Array) => [all.slice(0, 256), all.slice(256)];
    expect(halves(of(false))[0]).toEqual(halves(of(false))[1]);
    expect(halves(of(true))[0]).not.toEqual(halves(of(true))[1]);
  });

  it("of ten frequencies with both ends", () => {
    const list = frequencies(0.125, 0.35);
    expect(list).toHaveLength(10);
    for (const [i, value] of list.entries()) expect(value).toBeCloseTo(0.125 + 0.025 * i, 12);
  });
});

describe("dots", () => {
  it("are ±1 with mean 0 over 16·512·64 values", () => {
    const all = dotMaps(1, false, many, random());
    expect(all).toHaveLength(16 * 512 * 64);
    expect(new Set(all)).toEqual(new Set([-1, 1]));
    expect(Math.abs(all.reduce((sum, value) => sum + value, 0) / all.length)).toBeLessThan(0.01);
  });

  it("fill a part of the cells", () => {
    const all = dotMaps(0.4375, false, { channels: 10, images: 1, perImage: true }, random());
    for (let i = 0; i < 10; i++) expect(map(all, i).filter((value) => value !== 0)).toHaveLength(28);
  });

  it("blurred: a gaussian of deviation 1, mirrored at the edges, largest magnitude 1", () => {
    const single = new Float32Array(64);
    single[8 * 3 + 3] = 1;
    const blurred = rows([...blur(single)]);
    const bell = (d: number): number => Math.exp(-(d ** 2) / 2);
    const total = [-4, -3, -2, -1, 0, 1, 2, 3, 4].reduce((sum, d) => sum + bell(d), 0);
    expect(blurred[3]?.[4]).toBeCloseTo(bell(1) / total ** 2, 6);
    // The mirror image of the dot stands at -4, four from the first row, beside the dot itself.
    expect(blurred[0]?.[3]).toBeCloseTo((bell(3) + bell(4)) / total ** 2, 6);
    expect(blur(single).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    const all = dotMaps(0.5, true, { channels: 5, images: 1, perImage: true }, random());
    for (let i = 0; i < 5; i++) expect(Math.max(...map(all, i).map(Math.abs))).toBeCloseTo(1, 6);
  });
});

it("images become maps from -1 to 1, each channel one of their colours", () => {
  const pixels = Float32Array.from({ length: 2 * 3 * 64 }, (_, i) => i);
  const all = imageMaps(pixels, { channels: 12, images: 2, perImage: true }, random());
  const last = 2 * 3 * 64 - 1;
  const colours = Array.from({ length: 12 }, (_, i) =>
    Math.round(((((map(all, i)[0] as number) + 1) / 2) * last) / 64),
  );
  expect(new Set(colours)).toEqual(new Set([0, 1, 2]));
  for (const [i, colour] of colours.entries()) {
    const expected = (image: number): number => (2 * (image * 192 + colour * 64 + 5)) / last - 1;
    expect(map(all, i)[5]).toBeCloseTo(expected(0), 5);
    expect(map(all, 12 + i)[5]).toBeCloseTo(expected(1), 5);
  }
});
