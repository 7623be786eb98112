/** Ranks and votes over tables of scores (zero-cost-proxies §2.10, §4.3, §4.6, §5.2, §7.I). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { azNas, denseRanks, pairwiseAgreement, pruningRanks, rankSum, vote } from "../../src/proxies/aggregate.ts";
import { oriented } from "../../src/statistics/order.ts";
import { averageRanks } from "../../src/statistics/ranks.ts";

describe("ranks", () => {
  it("without gaps share a rank", () => {
    expect(denseRanks([5, 2, 2, 9])).toEqual([2, 1, 1, 3]);
  });

  it("summed put NaN and -Infinity at the bottom, tied", () => {
    expect(rankSum([[3, Number.NaN, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]])).toEqual([
      4, 1.5, 3, 1.5, 5,
    ]);
  });

  it("of one column order as the column does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (scores) => {
        expect(rankSum([scores])).toEqual(Array.from(averageRanks(scores)));
      }),
    );
  });
});

describe("AZ-NAS", () => {
  it("prefers the balanced of three candidates", () => {
    const [best, balanced, uneven] = azNas([
      [3, 2, 1],
      [1, 2, 3],
    ]);
    expect(best).toBeCloseTo(-1.098612, 6);
    expect(balanced).toBeCloseTo(-0.81093, 6);
    expect(uneven).toBeCloseTo(-1.098612, 6);
  });

  it("adds shares of ranks in its linear form, and is 0 for the best in everything", () => {
    expect(
      azNas(
        [
          [3, 2, 1],
          [1, 2, 3],
        ],
        "linear",
      ),
    ).toEqual([4 / 3, 4 / 3, 4 / 3]);
    expect(
      azNas([
        [1, 5],
        [2, 3],
      ])[1],
    ).toBe(0);
  });
});

describe("vote", () => {
  const columns = [
    [1, 2, 3],
    [3, 2, 1],
    [1, 3, 2],
  ];

  it("counts whom the majority prefers to how many", () => {
    // 0:1 → 1 wins 2 to 1; 0:2 → 2 wins 2 to 1; 1:2 → 1 wins 2 to 1.
    expect(vote(columns)).toEqual([0, 2, 1]);
  });

  it("agrees with itself", () => {
    expect(pairwiseAgreement(columns, vote(columns))).toBe(1);
    expect(pairwiseAgreement(columns, [2, 0, 1])).toBe(0);
    expect(pairwiseAgreement([[1, 1]], [0, 1])).toBe(0.5);
    expect(pairwiseAgreement(columns, [1, 1, 1])).toBeNaN();
  });

  it("refuses columns of different candidates", () => {
    expect(() => vote([[1, 2], [1]])).toThrow(RangeError);
  });
});

it("TE-NAS prunes first what lowers the condition number most and the regions least", () => {
  expect(pruningRanks([0.5, 0.1, 0.1], [0.2, 0.2, 0.4])).toEqual([2, 3, 4]);
});

it("scores of which lower is better are turned", () => {
  expect(oriented([1, -2], "lower")).toEqual([-1, 2]);
  expect(oriented([1, -2], "higher")).toEqual([1, -2]);
});
