/** The best of several candidates: NaN, infinities, and what breaks a tie (zero-cost-pt §4). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Best, bestValue, choose, chooseOne, type Measure } from "../../src/statistics/best.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const by = (values: readonly number[], best: Best = "max", name = "score"): Measure => ({ name, values, best });
const bestIndex = (values: readonly number[], best: Best): number => chooseOne([by(values, best)]).index;

it.each([
  [[3, 1, 2], 1, 0],
  [[2, 1, 1, 2], 1, 0], // nothing else tells them apart: the first
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

describe("a tie", () => {
  it("is broken by the next measure that differs, and says by which", () => {
    const accuracy = by([1, 1, 0.5, 1], "min", "accuracy");
    const loss = by([3, 3, 9, 3], "max", "loss");
    const weight = by([0.2, 0.3, 0.4, 0.1], "max", "mixing weight");
    expect(choose([accuracy, loss, weight])).toEqual({ chosen: [2] });
    const equal = by([1, 1, 1, 1], "min", "accuracy");
    expect(choose([equal, loss, weight])).toEqual({ chosen: [2], tie: { candidates: 4, brokenBy: "loss" } });
    const even = by([3, 3, 3, 3], "max", "loss");
    expect(choose([equal, even, weight])).toEqual({ chosen: [2], tie: { candidates: 4, brokenBy: "mixing weight" } });
  });

  it("counts those at the place of the choice only, and is none where the choice does not fall between them", () => {
    const score = by([5, 7, 5, 9, 5]);
    const second = by([1, 0, 3, 0, 2], "max", "second");
    expect(choose([score, second], 2)).toEqual({ chosen: [3, 1] });
    expect(choose([score, second], 3)).toEqual({ chosen: [3, 1, 2], tie: { candidates: 3, brokenBy: "second" } });
    expect(choose([score, second], 5)).toEqual({ chosen: [3, 1, 2, 4, 0] });
  });

  it("that nothing breaks keeps the order and says so; scores that are all NaN are one", () => {
    expect(choose([by([4, 4, 4])], 2)).toEqual({ chosen: [0, 1], tie: { candidates: 3, brokenBy: "order" } });
    expect(choose([by([nan, nan])])).toEqual({ chosen: [0], tie: { candidates: 2, brokenBy: "order" } });
    expect(choose([by([-infinity, -infinity]), by([1, 2])]).chosen).toEqual([1]);
  });

  it("is none among candidates that are worse than the best", () => {
    expect(choose([by([1, 1, 2])])).toEqual({ chosen: [2] });
    expect(choose([by([3])])).toEqual({ chosen: [0] });
  });
});
