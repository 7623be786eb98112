/** Means of an epoch. */
import { expect, it } from "vitest";
import { addTo, meanOf, meansOf, type Sums } from "../../src/training/statistics.ts";

it("are weighted by the number of images", () => {
  const sums: Sums = {};
  addTo(sums, "train.loss", 2, 64);
  addTo(sums, "train.loss", 5, 32);
  expect(meanOf(sums, "train.loss")).toBe(3);
});

it("are absent where nothing was added", () => {
  expect(meanOf({}, "valid.loss")).toBeUndefined();
  expect(meanOf({ none: { sum: 0, count: 0 } }, "none")).toBeUndefined();
});

it("are found by prefix, and survive JSON", () => {
  const sums: Sums = {};
  addTo(sums, "fact.lambda", 0.25);
  addTo(sums, "fact.alignment", 1);
  addTo(sums, "fact.alignment", 0);
  addTo(sums, "weightNorm", 9);
  const read = JSON.parse(JSON.stringify(sums)) as Sums;
  expect(meansOf(read, "fact.")).toEqual({ lambda: 0.25, alignment: 0.5 });
});
