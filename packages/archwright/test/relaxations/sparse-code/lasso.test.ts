/** The LASSO solver against closed forms, its optimality conditions, and another algorithm (ista-nas §9). */
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/random.ts";
import { type Columns, lasso } from "../../../src/relaxations/sparse-code/lasso.ts";
import { project } from "../../../src/relaxations/sparse-code/projection.ts";

const times = (a: Columns, z: readonly number[]): number[] =>
  (a[0] ?? []).map((_, r) => a.reduce((sum, column, j) => sum + (column[r] as number) * (z[j] as number), 0));

const transposed = (a: Columns, y: readonly number[]): number[] =>
  a.map((column) => column.reduce((sum, value, r) => sum + value * (y[r] as number), 0));

const residual = (a: Columns, b: readonly number[], z: readonly number[]): number[] =>
  times(a, z).map((value, r) => value - (b[r] as number));

const objective = (a: Columns, b: readonly number[], z: readonly number[], lambda: number): number =>
  residual(a, b, z).reduce((sum, value) => sum + (value * value) / 2, 0) +
  lambda * z.reduce((sum, value) => sum + Math.abs(value), 0);

const drawn = (count: number, draw: () => number, length = 7): number[][] =>
  Array.from({ length: count }, () => Array.from({ length }, draw));

/** Columns of normal numbers, each of length 1. */
const gaussian = (random: Random, count: number): number[][] =>
  drawn(count, () => random.normal()).map((column) => {
    const norm = Math.hypot(...column);
    return column.map((value) => value / norm);
  });

/** Iterative shrinkage with momentum (Beck and Teboulle 2009): another algorithm for the same problem. */
function fista(a: Columns, b: readonly number[], lambda: number, steps: number): number[] {
  // A bound on the largest eigenvalue of AᵀA: its trace.
  const bound = a.flat().reduce((sum, value) => sum + value * value, 0);
  let z = a.map(() => 0);
  let y = z;
  let t = 1;
  for (let n = 0; n < steps; n++) {
    const gradient = transposed(a, residual(a, b, y));
    const next = y.map((value, j) => {
      const moved = value - (gradient[j] as number) / bound;
      return Math.sign(moved) * Math.max(0, Math.abs(moved) - lambda / bound);
    });
    const later = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    const last = z;
    y = next.map((value, j) => value + ((t - 1) / later) * (value - (last[j] as number)));
    [z, t] = [next, later];
  }
  return z;
}

describe("lasso", () => {
  const a = [
    [1, 0],
    [0.5, 1],
    [0, 0.5],
    [0.2, -0.3],
  ];

  it("solves the specification's example", () => {
    const z = lasso(a, [1, 0.5], 0.1);
    const expected = [0.675, 0.45, 0, 0];
    for (const [j, value] of expected.entries()) expect(z[j]).toBeCloseTo(value, 12);
    expect(objective(a, [1, 0.5], z, 0.1)).toBeCloseTo(0.11875, 12);
    const slopes = transposed(a, residual(a, [1, 0.5], z));
    for (const [j, value] of [-0.1, -0.1, -0.025, -0.005].entries()) expect(slopes[j]).toBeCloseTo(value, 12);
  });

  it("is the shrunk Aᵀb where A is orthonormal", () => {
    const identity = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(lasso(identity, [0.5, -0.3, 0.05], 0.1)).toEqual([0.4, expect.closeTo(-0.2, 12), 0]);
  });

  it("is zero where λ is above every correlation, and where there is nothing to explain", () => {
    expect(lasso(a, [1, 0.5], 1.01)).toEqual([0, 0, 0, 0]);
    expect(lasso(a, [0, 0], 0.1)).toEqual([0, 0, 0, 0]);
  });

  it.each([1e-1, 1e-3, 1e-5])("meets the conditions of an optimum at λ = %d", (lambda) => {
    const random = Random.stream(1, "lasso");
    for (let trial = 0; trial < 50; trial++) {
      const count = [14, 21, 28, 35][trial % 4] as number;
      const matrix = trial % 8 < 4 ? drawn(count, () => random.uniform()) : drawn(count, () => random.normal());
      const b = Array.from({ length: 7 }, () => random.normal());
      const z = lasso(matrix, b, lambda);
      const slopes = transposed(matrix, residual(matrix, b, z));
      for (const [j, value] of z.entries()) {
        if (value === 0) expect(Math.abs(slopes[j] as number)).toBeLessThanOrEqual(lambda * (1 + 1e-4));
        else expect(Math.abs((slopes[j] as number) + lambda * Math.sign(value))).toBeLessThanOrEqual(1e-8);
      }
      expect(z.filter((value) => value !== 0).length).toBeLessThanOrEqual(7);
    }
  });

  it("reaches what iterative shrinkage reaches", () => {
    const random = Random.stream(2, "lasso");
    const matrix = gaussian(random, 14);
    const b = Array.from({ length: 7 }, () => random.normal());
    const found = objective(matrix, b, lasso(matrix, b, 0.1), 0.1);
    const slow = objective(matrix, b, fista(matrix, b, 0.1, 20_000), 0.1);
    expect(found).toBeLessThanOrEqual(slow + 1e-12);
    expect(slow - found).toBeLessThan(1e-9);
  });

  it("explains by one of two equal columns what both could", () => {
    const same = [
      [1, 0.3],
      [1, 0.3],
    ];
    const z = lasso(same, [1, 1], 1e-3);
    expect((z[0] as number) + (z[1] as number)).toBeGreaterThan(0);
  });

  /** Rates that an independent program found, in 200 trials (ista-nas §9, test 7). */
  it.each([
    [14, "gaussian", 0.92],
    [21, "gaussian", 0.82],
    [28, "gaussian", 0.78],
    [35, "gaussian", 0.68],
    [14, "uniform", 0.9],
    [21, "uniform", 0.72],
    [28, "uniform", 0.66],
    [35, "uniform", 0.58],
  ] as const)("recovers two of %d entries by %s measurements about as often as known", (count, kind, rate) => {
    const random = Random.stream(3, "lasso");
    let found = 0;
    for (let trial = 0; trial < 200; trial++) {
      const matrix = kind === "gaussian" ? gaussian(random, count) : drawn(count, () => random.uniform());
      const x = new Array<number>(count).fill(0);
      const support = [...random.permutation(count)].slice(0, 2).sort((p, q) => p - q);
      for (const p of support) x[p] = random.normal();
      const recovered = project(matrix, lasso(matrix, times(matrix, x), 1e-5), 2).support;
      if (`${recovered}` === `${support}`) found++;
    }
    expect(Math.abs(found / 200 - rate)).toBeLessThanOrEqual(0.08);
  });
});

describe("project", () => {
  const random = Random.stream(4, "lasso");
  const matrix = drawn(14, () => random.uniform());

  it("gives back a vector that is already sparse, from its measurements (equation ★)", () => {
    const x = new Array<number>(14).fill(0);
    x[3] = 0.7;
    x[9] = -0.4;
    const { support, columns, bias } = project(matrix, x, 2);
    const weights = transposed(columns, times(matrix, x)).map((value, p) => value - (bias[p] as number));
    expect(support).toEqual([3, 9]);
    for (const [p, value] of x.entries()) expect(weights[p]).toBeCloseTo(value, 12);
  });

  it("keeps the largest of either sign, and a bias on them alone", () => {
    const x = Array.from({ length: 14 }, (_, p) => (p === 5 ? -9 : p === 11 ? 4 : 1));
    const { support, columns, bias } = project(matrix, x, 2);
    expect(support).toEqual([5, 11]);
    expect(columns.flatMap((column, p) => (column.some((value) => value !== 0) ? [p] : []))).toEqual([5, 11]);
    expect(bias.flatMap((value, p) => (value !== 0 ? [p] : []))).toEqual([5, 11]);
  });
});
