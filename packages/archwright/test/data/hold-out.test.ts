/** Holding images out: the same share of every class, drawn with the seed. */
import { expect, test } from "vitest";
import { emptyImageSet, type ImageSet } from "../../src/data/dataset.ts";
import { holdOut } from "../../src/data/hold-out.ts";

/** One pixel an image: its number. */
const numbered = (labels: number[]): ImageSet => ({
  ...emptyImageSet(labels.length, 1, 1, 1),
  images: Uint8Array.from(labels.keys()),
  labels: Uint16Array.from(labels),
});

test("a tenth of every class, in the set's order, without overlap", () => {
  const set = numbered(Array.from({ length: 120 }, (_, i) => (i < 100 ? 0 : 1)));
  const { kept, heldOut } = holdOut(set, 0.1, 3);
  expect([...heldOut.labels].filter((label) => label === 0).length).toBe(10);
  expect([...heldOut.labels].filter((label) => label === 1).length).toBe(2);
  expect([...kept.images, ...heldOut.images].sort((a, b) => a - b)).toEqual([...set.images]);
  expect([...heldOut.images]).toEqual([...heldOut.images].sort((a, b) => a - b));
  for (const part of [kept, heldOut]) {
    for (const [i, n] of part.images.entries()) expect(part.labels[i]).toBe(set.labels[n]);
  }
  expect(holdOut(set, 0.1, 3).heldOut.images).toEqual(heldOut.images);
  expect(holdOut(set, 0.1, 4).heldOut.images).not.toEqual(heldOut.images);
});

test("a class of one image keeps it for training, one of two gives one", () => {
  const { kept, heldOut } = holdOut(numbered([0, 1, 1, 2, 2, 2]), 0.01, 0);
  expect([...kept.labels].sort()).toEqual([0, 1, 2, 2]);
  expect([...heldOut.labels].sort()).toEqual([1, 2]);
});

test("nothing to hold out is an error", () => {
  expect(() => holdOut(numbered([0, 1, 2]), 0.5, 0)).toThrow("no class has two images");
});
