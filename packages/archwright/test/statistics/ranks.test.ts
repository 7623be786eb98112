import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageRanks, kendall, spearman } from "../../src/statistics/ranks.ts";

/** τ_b by its definition, pair by pair. */
function kendallByPairs(x: readonly number[], y: readonly number[]): number {
  let [sum, untiedX, untiedY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const dx = Math.sign((x[i] as number) - (x[j] as number));
      const dy = Math.sign((y[i] as number) - (y[j] as number));
      sum += dx * dy;
      untiedX += dx * dx;
      untiedY += dy * dy;
    }
  }
  return sum / Math.sqrt(untiedX * untiedY);
}

describe("with ties (zero-cost-proxies §6)", () => {
  it("gives the specification's values", () => {
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(0.948683, 6);
    expect(kendall([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(0.912871, 6);
    expect(spearman([1, 1, 2, 2, 3, 3], [2, 1, 2, 2, 1, 3])).toBeCloseTo(0.258199, 6);
    expect(kendall([1, 1, 2, 2, 3, 3], [2, 1, 2, 2, 1, 3])).toBeCloseTo(0.261116, 6);
  });

  it("gives the other forms of τ, undefined where τ_b is", () => {
    expect(kendall([1, 2, 2, 3], [1, 3, 2, 4], "a")).toBeCloseTo(0.833333, 6);
    expect(kendall([1, 2, 2, 3], [1, 3, 2, 4], "c")).toBeCloseTo(0.9375, 12);
    for (const form of ["a", "b", "c"] as const) {
      expect(kendall([3, 1, 2], [30, 10, 20], form)).toBeCloseTo(1, 12);
      expect(kendall([1, 1, 1], [1, 2, 3], form)).toBeNaN();
    }
  });

  it("averages the ranks of equal values", () => {
    expect([...averageRanks([10, 20, 20, 5, 20])]).toEqual([2, 4, 4, 1, 4]);
  });
});

describe("undefined correlations are NaN", () => {
  it.each([
    ["a constant list", [1, 1, 1], [1, 2, 3]],
    ["one value", [1], [1]],
    ["no values", [], []],
    ["a NaN", [1, Number.NaN, 3], [1, 2, 3]],
  ])("%s", (_, x, y) => {
    expect(spearman(x, y)).toBeNaN();
    expect(kendall(x, y)).toBeNaN();
    expect(kendall(y, x)).toBeNaN();
  });

  it("lists of unequal length are a mistake", () => {
    expect(() => spearman([1], [1, 2])).toThrow(RangeError);
  });
});

describe("for any lists", () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 2,
    maxLength: 60,
  });
  const columns = (rows: [number, number][]) => [rows.map(([a]) => a), rows.map(([, b]) => b)] as const;

  it("τ_b equals its definition", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [x, y] = columns(rows);
        const expected = kendallByPairs(x, y);
        if (Number.isNaN(expected)) expect(kendall(x, y)).toBeNaN();
        else expect(kendall(x, y)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it("depend on the order only, and change sign with it", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const [x, y] = columns(rows);
        for (const correlation of [spearman, kendall]) {
          const value = correlation(x, y);
          if (Number.isNaN(value)) continue;
          expect(
            correlation(
              x.map((v) => Math.exp(v)),
              y,
            ),
          ).toBe(value);
          expect(
            correlation(
              x.map((v) => -v),
              y,
            ),
          ).toBeCloseTo(-value, 12);
          expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  it("infinite values rank as they compare", () => {
    expect(spearman([-Infinity, 0, Infinity], [1, 2, 3])).toBe(1);
    expect(kendall([-Infinity, -Infinity, 0, Infinity], [1, 1, 2, 3])).toBe(1);
  });
});
