/** Means and sample standard deviations, by hand. */
import { expect, test } from "vitest";
import { spread } from "../../../src/runs/compare/statistics.ts";

test("2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32, so the sample standard deviation is √(32/7)", () => {
  expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
    count: 8,
    mean: 5,
    std: expect.closeTo(2.138089935299395, 12),
    smallest: 2,
    largest: 9,
  });
});

test("two values: half their distance times √2", () => {
  expect(spread([1, 3])).toEqual({ count: 2, mean: 2, std: Math.SQRT2, smallest: 1, largest: 3 });
});

test("the ten errors of SGAS, criterion 1, come to 2.659 ± 0.236 (sgas §8)", () => {
  const found = spread([2.44, 2.5, 2.39, 2.63, 2.78, 2.68, 2.51, 2.61, 3.18, 2.87]);
  expect(found?.mean).toBeCloseTo(2.659, 3);
  expect(found?.std).toBeCloseTo(0.236, 3);
  expect(found?.smallest).toBe(2.39);
});

test("equal values do not vary, one value has no deviation, none has nothing", () => {
  expect(spread([93.5, 93.5, 93.5])).toMatchObject({ mean: 93.5, std: 0 });
  expect(spread([7])).toEqual({ count: 1, mean: 7, smallest: 7, largest: 7 });
  expect(spread([])).toBeUndefined();
});
