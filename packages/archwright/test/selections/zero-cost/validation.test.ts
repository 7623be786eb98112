/** What a validation comes to where minibatches say nothing: repeated images make nwot minus infinity for every network. */
import { describe, expect, it } from "vitest";
import { tellsApart, validationTotals } from "../../../src/selections/zero-cost/validation.ts";

const { NaN: nan, NEGATIVE_INFINITY: lost } = Number;

describe("scores on one minibatch", () => {
  it.each<[readonly number[], boolean]>([
    [[1, 2], true],
    [[lost, 2], true],
    [[nan, 2], true],
    [[2, 2], false],
    [[lost, lost], false],
    [[nan, nan], false],
    [[nan, lost], false],
    [[Number.POSITIVE_INFINITY, lost], false],
    [[5], true],
    [[lost], false],
  ])("%j: tell candidates apart: %s", (scores, expected) => {
    expect(tellsApart(scores)).toBe(expected);
  });
});

describe("a validation", () => {
  it("leaves out for all what says nothing, and sums the rest", () => {
    const scores = [
      [3, lost, 1, 7, nan],
      [4, lost, 5, 7, lost],
    ];
    expect(validationTotals(scores)).toEqual({ counted: 2, skipped: 3, totals: [4, 9] });
  });

  it("is lost by what is minus infinity where others are not", () => {
    expect(
      validationTotals([
        [1, 2],
        [lost, 9],
      ]),
    ).toEqual({ counted: 2, skipped: 0, totals: [3, lost] });
    expect(
      validationTotals([
        [1, 2],
        [nan, 9],
      ]),
    ).toEqual({ counted: 2, skipped: 0, totals: [3, nan] });
  });

  it("in which nothing is told apart has no totals", () => {
    expect(
      validationTotals([
        [lost, lost],
        [lost, lost],
      ]),
    ).toEqual({ counted: 0, skipped: 2, totals: [nan, nan] });
  });

  it("of one candidate sums what is a number", () => {
    expect(validationTotals([[1, lost, 3]])).toEqual({ counted: 2, skipped: 1, totals: [4] });
  });
});
