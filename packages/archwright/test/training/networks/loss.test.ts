/** The loss against its definition, written out. */
import { scope, tensor, to } from "@archwright/torch";
import { expect, test } from "vitest";
import { emptyImageSet } from "../../../src/data/dataset.ts";
import { accuracyOf, balancedWeights, classificationLoss } from "../../../src/training/networks/loss.ts";

const logits = [
  [2, -1, 0.5],
  [0, 0, 0],
  [-3, 1, 4],
];
const labels = [0, 1, 1];

/** −log softmax. */
const cost = (row: readonly number[], k: number): number =>
  Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[k] as number);

const measured = (options: { labelSmoothing: number; classWeights?: number[] }): number =>
  scope(() =>
    classificationLoss(tensor(logits.flat(), [3, 3]), to(tensor(labels), { dtype: "int64" }), {
      labelSmoothing: options.labelSmoothing,
      classWeights: options.classWeights && tensor(options.classWeights),
    }).item(),
  );

test("without options it is the mean of −log p", () => {
  const expected = labels.reduce((sum, k, n) => sum + cost(logits[n] as number[], k), 0) / 3;
  expect(measured({ labelSmoothing: 0 })).toBeCloseTo(expected, 6);
});

test("smoothed labels: (1 − ε)·one-hot + ε/classes (space-darts §8)", () => {
  const epsilon = 0.1;
  const one = (row: readonly number[], label: number): number =>
    row.reduce((sum, _, k) => sum + ((k === label ? 1 - epsilon : 0) + epsilon / 3) * cost(row, k), 0);
  const expected = labels.reduce((sum, k, n) => sum + one(logits[n] as number[], k), 0) / 3;
  expect(measured({ labelSmoothing: epsilon })).toBeCloseTo(expected, 6);
});

test("class weights: a weighted mean", () => {
  const weights = [0.5, 2, 1];
  const own = labels.map((k) => weights[k] as number);
  const sum = labels.reduce((total, k, n) => total + (own[n] as number) * cost(logits[n] as number[], k), 0);
  expect(measured({ labelSmoothing: 0, classWeights: weights })).toBeCloseTo(sum / own.reduce((a, b) => a + b), 6);
});

test("balanced weights give every class the same total; classes without images get none", () => {
  const set = { ...emptyImageSet(6, 1, 1, 1), labels: Uint16Array.of(0, 0, 0, 0, 2, 2) };
  expect(balancedWeights(set, 4)).toEqual([6 / (2 * 4), 0, 6 / (2 * 2), 0]);
});

test("accuracy is the share of right first choices", () => {
  scope(() => {
    expect(accuracyOf(tensor(logits.flat(), [3, 3]), to(tensor(labels), { dtype: "int64" }))).toBeCloseTo(1 / 3, 6);
  });
});
