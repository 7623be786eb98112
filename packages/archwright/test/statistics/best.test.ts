/** The best of several scores: ties, NaN, infinities (zero-cost-pt §4). */
import fc from "fast-check";
import { expect, it } from "vitest";
import { bestIndex, bestValue } from "../../src/statistics/best.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

it.each([
  [[3, 1, 2], 1, 0],
  [[2, 1, 1, 2], 1, 0], // the first wins a tie
  [[nan, 5, nan, 4, 6], 3, 4], // NaN never wins
  [[nan, nan], 0, 0],
  [[-infinity, 0, infinity], 0, 2],
  [[0, -infinity, -infinity], 1, 0],
  [[infinity, nan, infinity], 0, 0],
  [[nan, -infinity], 1, 1],
  [[7], 0, 0],
])("%j: least %i, largest %i", (scores, least, largest) => {
  expect(bestIndex(scores, "min")).toBe(least);
  expect(bestIndex(scores, "max")).toBe(largest);
  expect(bestValue(scores, "min")).toBe(scores[least]);
});

it("agrees with Math.min and Math.max without NaN", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 }), (scores) => {
      expect(bestIndex(scores, "min")).toBe(scores.indexOf(Math.min(...scores)));
      expect(bestIndex(scores, "max")).toBe(scores.indexOf(Math.max(...scores)));
    }),
  );
});
