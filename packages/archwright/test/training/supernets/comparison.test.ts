/** What a comparison of mixtures comes to: accuracies and losses of the images it has shown, with the same noise for all. */
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Mixture } from "../../../src/networks/mixture.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import { s4 } from "../../../src/spaces/s4.ts";
import { Comparer, removalMeasures } from "../../../src/training/supernets/comparison.ts";
import { randomMixture, sized } from "../../networks/support.ts";
import { smallModel, space } from "./support.ts";

/** Logits of every pass of the supernet, in order. */
function watchLogits(model: SearchModel): readonly (readonly number[])[] {
  const seen: number[][] = [];
  const { supernet } = model;
  const plain = supernet.forward.bind(supernet);
  supernet.forward = (images, context, mixture) => {
    const outputs = plain(images, context, mixture);
    seen.push(outputs.logits.toArray());
    return outputs;
  };
  return seen;
}

/** −ln softmax of the right class. */
function losses(logits: readonly number[], labels: readonly number[]): number[] {
  const classes = logits.length / labels.length;
  return labels.map((label, n) => {
    const row = logits.slice(n * classes, (n + 1) * classes);
    return Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - (row[label] as number);
  });
}

const right = (logits: readonly number[], labels: readonly number[]): number =>
  labels.filter((label, n) => {
    const row = logits.slice((n * logits.length) / labels.length, ((n + 1) * logits.length) / labels.length);
    return row.indexOf(Math.max(...row)) === label;
  }).length;

/** A whole comparison of `candidates` on minibatches of eight of the twelve images, and what the passes gave. */
function compared(model: SearchModel, candidates: readonly Mixture[]) {
  const comparer = new Comparer(model, { batchSize: 8, batches: "auto" });
  const logits = watchLogits(model);
  const tally = Comparer.newTally(candidates.length);
  const complete: boolean[] = [];
  do complete.push(comparer.add(tally, candidates));
  while (complete.at(-1) === false);
  return { results: comparer.results(tally), logits, complete };
}

describe("the results", () => {
  const candidates = [1, 2].map((seed) => randomMixture(space, seed));

  it("are means over all images of the half, of right answers and of losses", () => {
    using model = smallModel();
    // All of one class, so that the order of the images does not matter here.
    model.halves.valid.labels.fill(2);
    const { results, logits, complete } = compared(model, candidates);
    expect(complete).toEqual([false, true]);
    const labels = (count: number): number[] => Array.from({ length: count }, () => 2);
    for (const i of [0, 1]) {
      const [first, second] = [logits[i] as number[], logits[2 + i] as number[]];
      const total = [...losses(first, labels(8)), ...losses(second, labels(4))].reduce((a, b) => a + b);
      expect(results.loss[i]).toBeCloseTo(total / 12, 5);
      expect(results.accuracy[i]).toBeCloseTo((right(first, labels(8)) + right(second, labels(4))) / 12, 12);
    }
    expect(results.loss[0]).not.toBe(results.loss[1]);
  });

  it("tell by the lowest accuracy, or the highest loss, what is missed most; the other decides between equals", () => {
    const accuracy = [0.5, 0.25];
    const loss = [1, 2];
    const lowest = { name: "accuracy", values: accuracy, best: "min" };
    const highest = { name: "loss", values: loss, best: "max" };
    expect(removalMeasures("accuracy", { accuracy, loss })).toEqual([lowest, highest]);
    expect(removalMeasures("loss", { accuracy, loss })).toEqual([highest, lowest]);
  });
});

it("operations that draw noise draw the same for every candidate, and other noise for the next minibatch", () => {
  const noisy = sized(s4, 4, 3);
  using model = smallModel(noisy);
  const one = randomMixture(noisy, 3);
  const { logits, results } = compared(model, [one, one]);
  // In train mode running statistics move from pass to pass, but nothing reads them.
  expect(logits[1]).toEqual(logits[0]);
  expect(logits[3]).toEqual(logits[2]);
  expect(results.loss[0]).toBe(results.loss[1]);
  expect(logits[2]?.slice(0, 3)).not.toEqual(logits[0]?.slice(0, 3));
});
