/** The mean of repeated runs. */
import { expect, it } from "vitest";
import { mean } from "../../src/benchmarks/mean.ts";

it("is the mean; of equal values, that value to the last bit; NaN of none", () => {
  expect(mean([94, 95, 99])).toBe(96);
  expect((0.1 + 0.1 + 0.1) / 3).not.toBe(0.1);
  expect(mean([0.1, 0.1, 0.1])).toBe(0.1);
  expect(mean([])).toBeNaN();
});
