/** The architecture gradient through one virtual step: fixed points, closed forms, what it leaves alone. */
import { addScalar, dot, mul, mulScalar, scope, square, sub, sum } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { assign } from "../../../src/training/vectors.ts";
import { type UnrolledOptions, unrolledGradient } from "../../../src/updates/bilevel/unrolled.ts";
import { firstOrderGradient } from "../../../src/updates/first-order.ts";
import { bits, constant, distance, leaf, NO_BATCHES, numbers, toy } from "../support.ts";
import {
  A,
  ALPHA,
  apply,
  B,
  gradientWith,
  inverse,
  optimum,
  type Pair,
  plus,
  quadraticProblem,
  rho,
  slope,
  t,
  transposed,
} from "./quadratic.ts";

/** L_valid = αw − 2α + 1, L_train = (w − α)²: the paper's example, whose optimum is α = w = 1 (darts §8.1). */
function example(alpha: number, w: number) {
  const [weights, architecture] = [leaf([w]), leaf([alpha])];
  return toy<unknown>({
    weights: [weights],
    alpha: [architecture],
    train: () => sum(square(sub(weights, architecture))),
    valid: () => sum(addScalar(sub(mul(architecture, weights), mulScalar(architecture, 2)), 1)),
  });
}

describe("the paper's example", () => {
  it.each([
    [0, 2],
    [0.25, 4 / 3],
    [0.5, 1],
    [0.7, 2 / 2.4],
  ])("with ξ = %d ends at 2/(1 + 2ξ) = %d from (2, −2) by steps of 0.05, long before the stated 4000", (step, end) => {
    scope(() => {
      const problem = example(2, -2);
      for (let n = 0; n < 600; n++) {
        scope(() => {
          const [slope = 0] = numbers(unrolledGradient(problem, NO_BATCHES, { step }).gradients);
          const [alpha = 0, w = 0] = numbers([...problem.alpha, ...problem.weights]);
          const next = alpha - 0.05 * slope;
          assign(problem.alpha, [constant([next])]);
          assign(problem.weights, [constant([w - 0.05 * 2 * (w - next)])]);
        });
      }
      expect(distance(numbers([...problem.alpha, ...problem.weights]), [end, end])).toBeLessThan(1e-9);
    });
  });

  it.each([0.1, 0.25, 0.5, 0.7])("has the one-step gradient (w′ − 2) + 2ξα for ξ = %d", (step) => {
    for (const exact of [true, false]) {
      const [alpha, w] = [2, -2];
      const virtual = w - 2 * step * (w - alpha);
      const found = scope(() => numbers(unrolledGradient(example(alpha, w), NO_BATCHES, { step, exact }).gradients));
      expect(found[0]).toBeCloseTo(virtual - 2 + 2 * step * alpha, 10);
    }
  });

  it("has the true gradient 2α − 2 for ξ = ½ however far w is from w*, for one Newton step leads there", () => {
    const found = scope(() => numbers(unrolledGradient(example(2, -2), NO_BATCHES, { step: 0.5 }).gradients));
    expect(found[0]).toBeCloseTo(2, 10);
  });
});

const at = (w: Pair, options: UnrolledOptions, alpha: Pair = ALPHA): number[] =>
  scope(() => numbers(unrolledGradient(quadraticProblem(w, alpha), NO_BATCHES, options).gradients));

describe("the bilinear-quadratic problem (darts §8.2)", () => {
  const w: Pair = [0.7, 0.2];
  /** ρα + ξBᵀ(w′ − t), w′ = w − ξ(Aw − Bα − c). */
  const oneStep = (from: Pair, step: number): Pair =>
    gradientWith(plus(plus(from, slope(from, ALPHA), -step), t, -1), ALPHA, step);

  it("has the stated values at w*", () => {
    expect(distance(optimum(ALPHA), [0.55714286, -1.42857143])).toBeLessThan(5e-9);
    expect(distance(at(optimum(ALPHA), { step: 0.4 }), [-0.06142857, -0.38285714])).toBeLessThan(1e-8);
    // The exact hypergradient, which one term does not reach: ρα + BᵀA⁻¹(w* − t).
    const whole = gradientWith(apply(inverse(A), plus(optimum(ALPHA), t, -1)), ALPHA, 1);
    expect(distance(whole, [0.08102041, -0.76653061])).toBeLessThan(5e-9);
  });

  it.each([1e-3, 0.01, 1, 100])("is ρα + ξBᵀ(w′ − t) for the finite difference of any radius: %d", (radius) => {
    for (const step of [0.1, 0.4]) expect(distance(at(w, { step, radius }), oneStep(w, step))).toBeLessThan(1e-8);
  });

  it("and for the exact product", () => {
    expect(distance(at(w, { step: 0.4, exact: true }), oneStep(w, 0.4))).toBeLessThan(1e-14);
  });

  it("reports the validation loss at the virtual weights", () => {
    const virtual = plus(w, slope(w, ALPHA), -0.4);
    const expected =
      (plus(virtual, t, -1).reduce((s, x) => s + x * x, 0) + rho * ALPHA.reduce((s, x) => s + x * x, 0)) / 2;
    const loss = scope(() => unrolledGradient(quadraticProblem(w), NO_BATCHES, { step: 0.4 }).loss);
    expect(loss).toBeCloseTo(expected, 14);
  });

  it("takes momentum and weight decay into the virtual step, and not into the mixed derivative (darts §3)", () => {
    const [V, m, d, step]: [Pair, number, number, number] = [[3, -5], 0.9, 0.2, 0.4];
    const direction = plus(plus(slope(w, ALPHA), V, m), w, d);
    const expected = gradientWith(plus(plus(w, direction, -step), t, -1), ALPHA, step);
    scope(() => {
      const momentum = { factor: m, buffers: [constant(V)] };
      const before = bits(momentum.buffers);
      for (const exact of [true, false]) {
        expect(distance(at(w, { step, exact, momentum, weightDecay: d }), expected)).toBeLessThan(1e-10);
      }
      expect(bits(momentum.buffers)).toBe(before);
    });
  });

  it("first order is the same for every A and B: it does not see the training loss", () => {
    expect(distance(at(w, { step: 0 }), [rho * ALPHA[0], rho * ALPHA[1]])).toBe(0);
  });

  it("does not change w, to the bit", () => {
    scope(() => {
      const problem = quadraticProblem([0.1 + 0.2, Math.PI]);
      const before = bits([...problem.weights, ...problem.alpha]);
      for (const exact of [true, false]) unrolledGradient(problem, NO_BATCHES, { step: 0.3, exact });
      expect(bits([...problem.weights, ...problem.alpha])).toBe(before);
    });
  });

  it("is a first-order gradient plus −ξM∇w′: linear in the transposed coupling", () => {
    // Bᵀ, not B: with another vector for w′ − t the two differ.
    const vector: Pair = [1, 0];
    expect(apply(transposed(B), vector)).not.toEqual(apply(B, vector));
    const from = plus(t, vector); // ∇w′ = w′ − t, and w′ ≈ w for a small step
    const step = 1e-6;
    const found = at(from, { step, exact: true }).map((x, i) => (x - rho * (ALPHA[i] as number)) / step);
    expect(distance(found, apply(transposed(B), vector))).toBeLessThan(1e-4);
  });
});

describe("the virtual step", () => {
  /** L_valid = ⟨α, w⟩, so that the gradient in α is w′ itself; L_train is constant in w. */
  const watched = (w: readonly number[]) => {
    const [weights, alpha] = [leaf(w), leaf([5, 7])];
    return toy<unknown>({
      weights: [weights],
      alpha: [alpha],
      train: () => sum(square(alpha)),
      valid: () => dot(alpha, weights),
    });
  };

  it("goes along the momentum alone where there is no gradient: w′ = w − ξmV (darts §8.4)", () => {
    scope(() => {
      const momentum = { factor: 0.9, buffers: [constant([10, -20])] };
      const found = numbers(unrolledGradient(watched([1, 2]), NO_BATCHES, { step: 0.1, momentum }).gradients);
      expect(distance(found, [1 - 0.1 * 0.9 * 10, 2 + 0.1 * 0.9 * 20])).toBeLessThan(1e-15);
    });
  });

  it("shrinks by weight decay: w′ = w − ξλw", () => {
    scope(() => {
      const found = numbers(unrolledGradient(watched([1, 2]), NO_BATCHES, { step: 0.1, weightDecay: 0.3 }).gradients);
      expect(distance(found, [0.97, 1.94])).toBeLessThan(1e-15);
    });
  });
});

it("ξ = 0 is the first order, to the bit (darts §8.4)", () => {
  scope(() => {
    const problem = example(0.3, -1.7);
    const second = unrolledGradient(problem, NO_BATCHES, { step: 0 });
    const first = firstOrderGradient(problem, undefined);
    expect(numbers(second.gradients)).toEqual(numbers(first.gradients));
    expect(second.loss).toBe(first.loss);
  });
});

it("takes each loss on its own minibatch", () => {
  scope(() => {
    const [weights, alpha] = [leaf([1, 2]), leaf([3, 4])];
    const seen: string[] = [];
    const watch = (half: string, batch: string) => {
      seen.push(`${half}:${batch}`);
      return sum(mul(square(weights), alpha));
    };
    const problem = toy<string>({
      weights: [weights],
      alpha: [alpha],
      train: (batch) => watch("train", batch),
      valid: (batch) => watch("valid", batch),
    });
    unrolledGradient(problem, { train: "a", valid: "b" }, { step: 0.1 });
    expect(seen).toEqual(["train:a", "valid:b", "train:a", "train:a"]); // five passes in a step, with the weights' own
  });
});
