/** What a comparison of mixtures comes to: accuracies and losses of the images it has shown, with the same noise for all. */
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Mixture } from "../../../src/networks/mixture.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import { s4 } from "../../../src/spaces/s4.ts";
import { Comparer, worst } from "../../../src/training/supernets/comparison.ts";
import type { Criterion } from "../../../src/training/supernets/mixture-score.ts";
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
function compared(model: SearchModel, criterion: Criterion, candidates: readonly Mixture[]) {
  const comparer = new Comparer(model, { criterion, batchSize: 8, batches: "auto" });
  const logits = watchLogits(model);
  const tally = Comparer.newTally(candidates.length);
  const complete: boolean[] = [];
  do complete.push(comparer.add(tally, candidates));
  while (complete.at(-1) === false);
  return { results: comparer.results(tally), logits, complete };
}

describe("the results", () => {
  const candidates = [1, 2].map((seed) => randomMixture(space, seed));

  it.each(["accuracy", "loss"] as const)("are means over all images of the half: %s", (criterion) => {
    using model = smallModel();
    // All of one class, so that the order of the images does not matter here.
    model.halves.valid.labels.fill(2);
    const { results, logits, complete } = compared(model, criterion, candidates);
    expect(complete).toEqual([false, true]);
    const measure = (values: readonly number[], count: number): number => {
      const labels = Array.from({ length: count }, () => 2);
      return criterion === "loss" ? losses(values, labels).reduce((a, b) => a + b) : right(values, labels);
    };
    for (const i of [0, 1]) {
      const total = measure(logits[i] as number[], 8) + measure(logits[2 + i] as number[], 4);
      expect(results[i]).toBeCloseTo(total / 12, 5);
    }
    if (criterion === "loss") expect(results[0]).not.toBe(results[1]);
  });

  it("are worst where the accuracy is lowest, or the loss highest", () => {
    expect([worst("accuracy"), worst("loss")]).toEqual(["min", "max"]);
  });
});

it("operations that draw noise draw the same for every candidate, and other noise for the next minibatch", () => {
  const noisy = sized(s4, 4, 3);
  using model = smallModel(noisy);
  const one = randomMixture(noisy, 3);
  const { logits, results } = compared(model, "loss", [one, one]);
  // In train mode running statistics move from pass to pass, but nothing reads them.
  expect(logits[1]).toEqual(logits[0]);
  expect(logits[3]).toEqual(logits[2]);
  expect(results[0]).toBe(results[1]);
  expect(logits[2]?.slice(0, 3)).not.toEqual(logits[0]?.slice(0, 3));
});
