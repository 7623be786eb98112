/** Numbers of a classifier against hand counts and published values. */
import { expect, test } from "vitest";
import {
  calibration,
  confusionMatrix,
  logLoss,
  softmaxRows,
  wilsonInterval,
} from "../../src/statistics/classification.ts";

const predictions = {
  probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.2, 0.6, 0.2, 0.4, 0.4, 0.2, 0.1, 0.1, 0.8),
  labels: [0, 0, 1, 2],
  classes: 3,
};

test("rows of the confusion matrix are what images are, columns what they are called; the first of equals wins", () => {
  expect(confusionMatrix(predictions)).toEqual([
    [1, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);
});

test("the loss is the mean of −ln p of the right class", () => {
  const expected = -(Math.log(0.7) + Math.log(0.2) + Math.log(0.4) + Math.log(0.8)) / 4;
  expect(logLoss(predictions)).toBeCloseTo(expected, 12);
});

test("Wilson's interval: published values, and within [0, 1] at the ends", () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const rounded = (hits: number, trials: number) => wilsonInterval(hits, trials).map((end) => Number(end.toFixed(4)));
  expect(rounded(81, 263)).toEqual([0.2553, 0.3662]);
  expect(rounded(15, 148)).toEqual([0.0624, 0.1605]);
  expect(rounded(0, 20)).toEqual([0, 0.1611]);
  expect(rounded(1, 29)).toEqual([0.0061, 0.1718]);
  expect(wilsonInterval(20, 20)[1]).toBe(1);
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

test("calibration: confidences that come true have no error, constant certainty has the share of mistakes", () => {
  const certain = { probabilities: Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0), labels: [0, 0, 0, 1], classes: 2 };
  expect(calibration(certain).error).toBeCloseTo(0.25, 12);
  const even = { probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5), labels: [0, 1], classes: 2 };
  expect(calibration(even).error).toBeCloseTo(0, 12);
  expect(calibration(even, 2).bins).toMatchObject([{ count: 2, accuracy: 0.5, confidence: 0.5 }, { count: 0 }]);
});

test("softmax of huge logits does not overflow", () => {
  expect(
    [...softmaxRows([1000, 1000, -1000, 0, Math.log(3), Number.NEGATIVE_INFINITY], 3)].map((p) => Number(p.toFixed(6))),
  ).toEqual([0.5, 0.5, 0, 0.25, 0.75, 0]);
});
