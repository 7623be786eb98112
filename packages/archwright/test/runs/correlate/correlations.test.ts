/** The statistics of columns of scores against results. */
import { describe, expect, it } from "vitest";
import { bestPositions, correlationMatrix, correlationsOf } from "../../../src/runs/correlate/correlations.ts";

const bottom = Number.NEGATIVE_INFINITY;

describe("a column against results", () => {
  const results = [10, 20, 30, 40];

  it("of the same order has ρ = τ = 1 and picks the best, of the opposite order −1 and the worst", () => {
    const [same, opposite] = correlationsOf(
      [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      results,
      { resamples: 0 },
    );
    expect(same).toMatchObject({
      spearman: { value: 1 },
      kendall: { value: 1 },
      best: { position: 3, ties: 1, result: 40, rank: 1 },
    });
    expect(opposite).toMatchObject({ spearman: { value: -1 }, kendall: { value: -1 }, best: { result: 10, rank: 4 } });
  });

  it("has the specification's values with ties (zero-cost-proxies §6)", () => {
    const [found] = correlationsOf([[1, 2, 2, 3]], [1, 3, 2, 4], { resamples: 0 });
    expect(found?.spearman.value).toBeCloseTo(0.948683, 6);
    expect(found?.kendall.value).toBeCloseTo(0.912871, 6);
  });

  it("that is constant has no correlation, and picks the mean of all", () => {
    const [found] = correlationsOf([[7, 7, 7, 7]], results, { resamples: 20 });
    expect(found?.spearman).toEqual({ value: null });
    expect(found?.kendall).toEqual({ value: null });
    expect(found?.best).toEqual({ position: 0, ties: 4, result: 25, rank: 2.5 });
  });

  it("counts scores that are no number, which rank last together", () => {
    const [found] = correlationsOf([[bottom, bottom, 1, 2]], results, { resamples: 0 });
    expect(found?.withoutNumber).toBe(2);
    // Ranks 1.5 1.5 3 4 against 1 2 3 4: covariance 4.5, variances 4.5 and 5; τ_b = 5/√(5·6).
    expect(found?.spearman.value).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(found?.kendall.value).toBeCloseTo(5 / Math.sqrt(5 * 6), 12);
  });
});

describe("the top", () => {
  it("is the share with the best results, rounded up", () => {
    expect(bestPositions([5, 9, 7, 9, 1], 0.4)).toEqual([1, 3]);
    expect(bestPositions([5, 9, 7, 9, 1], 0.41)).toEqual([1, 2, 3]);
    expect(bestPositions([1, 2], 1)).toEqual([0, 1]);
  });

  it("has correlations of its own", () => {
    const results = Array.from({ length: 40 }, (_, i) => i);
    const scores = results.map((result) => (result >= 36 ? 100 - result : result));
    const [found] = correlationsOf([scores], results, { resamples: 0 });
    expect(found?.top).toMatchObject({ count: 4, spearman: { value: -1 }, kendall: { value: -1 } });
    expect(found?.spearman.value).toBeGreaterThan(0.9);
  });
});

describe("intervals", () => {
  const results = Array.from({ length: 200 }, (_, i) => i);
  const scores = results.map((i) => i + 60 * Math.sin(i * 12.9898));

  it("are the same for the same seed, and others for another", () => {
    const of = (seed: number) => correlationsOf([scores], results, { resamples: 100, seed })[0]?.spearman.interval;
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it("hold the value, and have about the width that normal theory gives", () => {
    const [found] = correlationsOf([scores], results, { resamples: 1000 });
    const { value, interval } = found?.spearman ?? {};
    const rho = value as number;
    expect(interval?.low).toBeLessThan(rho);
    expect(interval?.high).toBeGreaterThan(rho);
    // The standard error of ρ is about (1 − ρ²)/√n (reference-correlations §11.7).
    const width = (interval?.high ?? 0) - (interval?.low ?? 0);
    const expected = (2 * 1.96 * (1 - rho ** 2)) / Math.sqrt(200);
    expect(width / expected).toBeGreaterThan(0.6);
    expect(width / expected).toBeLessThan(1.6);
  });
});

it("the matrix is symmetric, with ones, and null beside a constant", () => {
  expect(
    correlationMatrix([
      [1, 2, 3],
      [3, 2, 1],
      [5, 5, 5],
    ]),
  ).toEqual([
    [1, -1, null],
    [-1, 1, null],
    [null, null, null],
  ]);
});
