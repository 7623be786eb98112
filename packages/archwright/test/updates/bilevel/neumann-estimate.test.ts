/** The implicit gradient on minibatches as an estimate of that on all samples (idarts §7.5). */
import { add, dot, matmul, mulScalar, scope, square, sub, sum } from "@archwright/torch";
import "../../networks/leaks.ts";
import { expect, it } from "vitest";
import { Random } from "../../../src/random.ts";
import type { Bilevel } from "../../../src/training/supernets/bilevel-problem.ts";
import { implicitGradient } from "../../../src/updates/bilevel/neumann.ts";
import { constant, distance, estimate, leaf, numbers, toy } from "../support.ts";
import {
  A,
  ALPHA,
  apply,
  B,
  c,
  gradientWith,
  type Matrix,
  neumannSum,
  type Pair,
  plus,
  rho,
  t,
  transposed,
} from "./quadratic.ts";

const W: Pair = [0.7, 0.2];
const STEP = 0.4;

/** One sample's quadratic. */
interface Sample {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly c: Pair;
}

/** The bilinear-quadratic problem, each minibatch with curvature, coupling and offset of its own. */
function sampled(): Bilevel<Sample> {
  const [weights, alpha] = [leaf(W), leaf(ALPHA)];
  const goal = constant(t);
  return toy<Sample>({
    weights: [weights],
    alpha: [alpha],
    train: ({ A: own, B: coupling, c: offset }) =>
      sub(
        mulScalar(dot(weights, matmul(constant(own.flat(), [2, 2]), weights)), 0.5),
        dot(weights, add(matmul(constant(coupling.flat(), [2, 2]), alpha), constant(offset))),
      ),
    valid: () => add(mulScalar(sum(square(sub(weights, goal))), 0.5), mulScalar(sum(square(alpha)), rho / 2)),
  });
}

const plusMatrix = (x: Matrix, y: Matrix, factor: number): Matrix => [
  plus(x[0], y[0], factor),
  plus(x[1], y[1], factor),
];

const estimateOn = (problem: Bilevel<Sample>, train: Sample, terms: number): number[] =>
  scope(() => {
    const batches = { train, valid: train };
    return numbers(implicitGradient(problem, batches, { step: STEP, terms, exact: true }).gradients);
  });

it.each([0, 2])("is unbiased for G_K where samples share A: K = %d, 500 minibatches, 3 standard errors", (terms) => {
  scope(() => {
    const random = Random.stream(7, "test/minibatches");
    const noise = (): Pair => [random.normal(), random.normal()];
    const problem = sampled();
    const draws = Array.from({ length: 500 }, () =>
      estimateOn(problem, { A, B: plusMatrix(B, [noise(), noise()], 0.5), c: plus(c, noise(), 0.5) }, terms),
    );
    const expected = gradientWith(neumannSum(plus(W, t, -1), terms, STEP), ALPHA, STEP);
    for (const i of [0, 1]) {
      const { mean, error } = estimate(draws.map((draw) => draw[i] as number));
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(mean - (expected[i] as number))).toBeLessThan(3 * error);
    }
  });
});

it("is biased by −γ²·Cov(Bᵀ, A)v₀ with K = 1 where A varies with B, since one minibatch serves both", () => {
  scope(() => {
    const [D, E]: [Matrix, Matrix] = [
      [
        [0.3, 0.1],
        [0.1, 0.2],
      ],
      [
        [0.5, -1],
        [0.2, 0.4],
      ],
    ];
    // Two equally likely minibatches: the mean is the expectation.
    const problem = sampled();
    const both = [1, -1].map((s) => estimateOn(problem, { A: plusMatrix(A, D, s), B: plusMatrix(B, E, s), c }, 1));
    const mean = [0, 1].map((i) => ((both[0]?.[i] as number) + (both[1]?.[i] as number)) / 2);
    const v0 = plus(W, t, -1);
    const unbiased = gradientWith(neumannSum(v0, 1, STEP), ALPHA, STEP);
    const bias = apply(transposed(E), apply(D, v0)).map((x) => -(STEP ** 2) * x);
    expect(distance(mean, [unbiased[0] + (bias[0] as number), unbiased[1] + (bias[1] as number)])).toBeLessThan(1e-14);
    expect(Math.hypot(...bias)).toBeGreaterThan(0.01);
  });
});
