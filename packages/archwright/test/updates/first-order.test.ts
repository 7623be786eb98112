/** First order: α by the validation gradient, and what both orders find in a task where one operation carries it all. */
import {
  Adam,
  Generator,
  gt,
  matmul,
  mul,
  noGrad,
  randn,
  SGD,
  scope,
  select,
  sigmoid,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  to,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Bilevel, Gradients } from "../../src/training/supernets/bilevel-problem.ts";
import { gradients } from "../../src/updates/bilevel/derivatives.ts";
import { unrolledGradient } from "../../src/updates/bilevel/unrolled.ts";
import { firstOrderGradient } from "../../src/updates/first-order.ts";
import { leaf, NO_BATCHES, numbers, toy } from "./support.ts";

it("is the gradient of the validation loss in α, and does not look at the training loss", () => {
  scope(() => {
    const [w, alpha] = [leaf([2, 3]), leaf([5, 7])];
    const refuse = (): never => {
      throw new Error("not to be asked");
    };
    const problem = toy<string>({
      weights: [w],
      alpha: [alpha],
      train: refuse,
      valid: (batch) => sum(mul(square(alpha), batch === "valid" ? w : alpha)),
    });
    const { gradients: found, loss } = firstOrderGradient(problem, "valid");
    expect(numbers(found)).toEqual([2 * 5 * 2, 2 * 7 * 3]);
    expect(loss).toBe(25 * 2 + 49 * 3);
  });
});

it("gives null for parameters that the loss does not depend on", () => {
  scope(() => {
    const [w, one, other] = [leaf([2]), leaf([5]), leaf([7])];
    const valid = () => sum(mul(w, one));
    const problem = toy({ weights: [w], alpha: [one, other], train: valid, valid });
    const { gradients: found } = firstOrderGradient(problem, undefined);
    expect(found.map((g) => g?.toArray() ?? null)).toEqual([[2], null]);
  });
});

/**
 * A linear classifier behind one edge with two operations: the identity, and nothing at all. The label is the sign of
 * the first input, so only the identity tells anything of it. Both halves are 64 samples with four inputs.
 */
function informative(): Bilevel<unknown> {
  const w = leaf([0.1, -0.1, 0.05, 0.2]);
  const alpha = leaf([0, 0], [1, 2]);
  const half = (seed: number): (() => Tensor) => {
    const inputs = randn([64, 4], new Generator(seed), { dtype: "float64" });
    const labels = to(gt(select(inputs, 1, 0), 0), { dtype: "float64" });
    return () => {
      const weight = select(select(softmax(alpha, -1), 0, 0), 0, 0);
      return sum(square(sub(sigmoid(mul(matmul(inputs, w), weight)), labels)));
    };
  };
  return toy({ weights: [w], alpha: [alpha], train: half(1), valid: half(2) });
}

describe.each<[string, (problem: Bilevel<unknown>) => Gradients]>([
  ["first order", (problem) => firstOrderGradient(problem, undefined)],
  ["second order", (problem) => unrolledGradient(problem, NO_BATCHES, { step: 0.1 })],
])("%s", (_, gradient) => {
  it("gives the operation that carries the label a probability above .9 in some hundred steps (darts §8.5)", () => {
    scope(() => {
      const problem = informative();
      using sgd = new SGD(new Map([["w", problem.weights[0] as Tensor]]), { learningRate: 0.1, momentum: 0.9 });
      using adam = new Adam(new Map([["alpha", problem.alpha[0] as Tensor]]), {
        learningRate: 0.02,
        betas: [0.5, 0.999],
      });
      for (let n = 0; n < 400; n++) {
        scope(() => adam.step(gradient(problem).gradients));
        scope(() => sgd.step(gradients(problem.trainLoss(undefined), problem.weights)));
      }
      const [probability = 0] = noGrad(() => softmax(problem.alpha[0] as Tensor, -1).toArray());
      expect(probability).toBeGreaterThan(0.9);
    });
  });
});
