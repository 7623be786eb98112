/** Learning rates over the epochs against their closed forms. */
import { describe, expect, test } from "vitest";
import { learningRate } from "../../../src/training/networks/learning-rate.ts";
import { recipeSettings } from "../../../src/training/networks/recipe.ts";

const rate = (epochs: number, initial: number, schedule: Record<string, unknown>) =>
  learningRate(recipeSettings.parse({ epochs, optimizer: { learningRate: initial }, schedule }));

describe("cosine", () => {
  test("begins at the rate, is half of it in the middle, and ends at the minimum", () => {
    const at = rate(600, 0.025, { name: "cosine" });
    expect(at(0)).toBe(0.025);
    expect(at(300)).toBeCloseTo(0.0125, 12);
    expect(at(200)).toBeCloseTo(0.025 * 0.75, 12); // (1 + cos 60°)/2
    expect(at(600)).toBe(0);
    expect(rate(10, 1, { name: "cosine", minimumRate: 0.2 })(5)).toBeCloseTo(0.6, 12);
  });
});

test("exponential multiplies by its factor after every epoch", () => {
  const at = rate(250, 0.1, { name: "exponential", factor: 0.97 });
  expect(at(0)).toBe(0.1);
  expect(at(2)).toBeCloseTo(0.1 * 0.97 * 0.97, 12);
});

test("linear falls evenly, and a fifth as fast in its last five epochs (space-darts §7)", () => {
  const at = rate(250, 0.5, { name: "linear" });
  expect(at(0)).toBe(0.5);
  expect(at(49)).toBeCloseTo(0.5 * (196 / 245), 12);
  expect(at(244)).toBeCloseTo(0.5 / 245, 12);
  expect(at(245)).toBeCloseTo(0.5 / 245, 12);
  expect(at(249)).toBeCloseTo((0.5 * 1) / (245 * 5), 12);
  expect(at(250)).toBe(0);
});

test("a warm-up by epochs takes (t + 1)/n of the schedule, by steps t/n", () => {
  const byEpoch = rate(10, 1, { name: "constant", warmUp: 5 });
  expect([0, 1, 4, 5].map(byEpoch)).toEqual([0.2, 0.4, 1, 1]);
  const byStep = rate(10, 1, { name: "constant", warmUp: 2, every: "step" });
  expect([0, 0.5, 2, 3].map(byStep)).toEqual([0, 0.25, 1, 1]);
});
