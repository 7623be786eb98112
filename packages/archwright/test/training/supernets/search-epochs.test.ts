/** The epochs of the search phase: their learning rates, and those in which α moves. */
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { searchEpochs } from "../../../src/training/supernets/search-epochs.ts";
import { rulesOf, smallModel, smallTrainer } from "./support.ts";

const plans = (settings: Readonly<Record<string, unknown>>, update = "first-order") => {
  using model = smallModel();
  using trainer = smallTrainer(model, rulesOf(update), settings);
  const { epochs, plan } = searchEpochs(trainer);
  return Array.from({ length: epochs }, (_, epoch) => plan(epoch));
};

/** min + ½(max − min)(1 + cos(πt/T)) (darts §4). */
const cosine = (t: number, T: number): number => 0.001 + 0.012 * (1 + Math.cos((Math.PI * t) / T));

it("the rate falls along a cosine over all epochs", () => {
  for (const [t, { learningRate }] of plans({ epochs: 4 }).entries())
    expect(learningRate).toBeCloseTo(cosine(t, 4), 12);
});

it("or over more of them than are searched, so that the search ends on the way (gaea §3)", () => {
  const found = plans({ epochs: 4, scheduleEpochs: 8 });
  expect(found).toHaveLength(4);
  for (const [t, { learningRate }] of found.entries()) expect(learningRate).toBeCloseTo(cosine(t, 8), 12);
});

it("α moves from the first epoch on, or after those of the weights alone", () => {
  expect(plans({ epochs: 3 }).map(({ movesAlpha }) => movesAlpha)).toEqual([true, true, true]);
  expect(plans({ epochs: 3, weightsOnly: 2 }).map(({ movesAlpha }) => movesAlpha)).toEqual([false, false, true]);
});

describe("refused", () => {
  it("epochs of the weights alone that leave none for α, unless α does not move anyway", () => {
    expect(() => plans({ epochs: 3, weightsOnly: 3 })).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining("weightsOnly=3 leaves none of the 3 epochs"),
      }),
    );
    expect(plans({ epochs: 3, weightsOnly: 3 }, "weights")).toHaveLength(3);
  });

  it("a schedule that ends before the search", () => {
    expect(() => plans({ epochs: 3, scheduleEpochs: 2 })).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining("scheduleEpochs=2 ends before the 3"),
      }),
    );
    expect(plans({ epochs: 3, scheduleEpochs: 3 })).toHaveLength(3);
  });
});
