/** Products with second derivatives: closed forms, the order of the finite difference, double differentiation. */
import { matmul, mul, pow, scope, square, sub, sum, type Tensor, tanh } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/random.ts";
import type { Bilevel } from "../../../src/training/supernets/bilevel-problem.ts";
import { norm as normOf } from "../../../src/training/vectors.ts";
import { gradients, hessianProduct, mixedDifference, mixedProduct } from "../../../src/updates/bilevel/derivatives.ts";
import { bits, constant, distance, leaf, norm, numbers, toy } from "../support.ts";

const W = [0.7, -1.3, 0.4];
const ALPHA = [0.5, -2, 1.5];
const V = [2, -0.5, 3];

/** L_train = Σ αᵢ·wᵢᵖ, so ∇α L is of degree p in w and (M·v)ᵢ = p·wᵢᵖ⁻¹·vᵢ. */
function powerProblem(power: number): Bilevel<undefined> {
  const [w, alpha] = [leaf(W), leaf(ALPHA)];
  const train = () => sum(mul(alpha, pow(w, power)));
  return toy({ weights: [w], alpha: [alpha], train, valid: () => sum(w) });
}

const exactly = (power: number, v: readonly number[]): number[] =>
  W.map((w, i) => power * w ** (power - 1) * (v[i] as number));

const difference = (power: number, v: readonly number[], radius: number): number[] =>
  scope(() => numbers(mixedDifference(powerProblem(power), undefined, [constant(v)], radius)));

describe("the mixed finite difference", () => {
  it.each([1e-3, 0.01, 1, 10])(
    "is exact for any R = %d where ∇α L is affine or quadratic in w (darts §8.3)",
    (radius) => {
      // Also divides by 2R: `/ 2 * R` would be off by R².
      for (const power of [1, 2]) expect(distance(difference(power, V, radius), exactly(power, V))).toBeLessThan(1e-10);
    },
  );

  it("is off by R²/6 times the third derivative where it is cubic: half the radius, a quarter of the error", () => {
    const error = (radius: number): number[] =>
      difference(3, V, radius).map((x, i) => x - (exactly(3, V)[i] as number));
    for (const radius of [0.4, 0.1, 0.025]) {
      const third = V.map((v) => 6 * v ** 3);
      expect(
        distance(
          error(radius),
          third.map((d) => (radius ** 2 / 6) * d),
        ),
      ).toBeLessThan(1e-11);
      const ratios = error(radius).map((x, i) => x / (error(radius / 2)[i] as number));
      for (const ratio of ratios) expect(ratio).toBeCloseTo(4, 6);
    }
  });

  it("is linear in v where R·v stays the same: h(cv) = c·h(v)", () => {
    const scaled = V.map((v) => -7 * v);
    const a = difference(3, V, 0.01 / norm(V));
    const b = difference(3, scaled, 0.01 / norm(scaled));
    expect(
      distance(
        b,
        a.map((x) => -7 * x),
      ),
    ).toBeLessThan(1e-10);
  });

  it("leaves w as it was, to the bit, and gives 0 for v = 0", () => {
    scope(() => {
      const problem = powerProblem(3);
      const before = bits(problem.weights);
      mixedDifference(problem, undefined, [constant(V)], 0.3);
      expect(bits(problem.weights)).toBe(before);
      const zero = constant([0, 0, 0]);
      expect(norm(numbers(mixedDifference(problem, undefined, [zero], 0.01 / normOf([zero]))))).toBe(0);
    });
  });
});

describe("the mixed product", () => {
  it.each([1, 2, 3])("is the closed form in degree %d", (power) => {
    scope(() => {
      const product = mixedProduct(powerProblem(power), undefined, [constant(V)]);
      expect(distance(numbers(product), exactly(power, V))).toBeLessThan(1e-12);
    });
  });

  it("is 0 where the training loss does not depend on α, or not on w", () => {
    scope(() => {
      const [w, alpha] = [leaf(W), leaf(ALPHA)];
      for (const train of [() => sum(square(w)), () => sum(square(alpha))]) {
        const problem = toy({ weights: [w], alpha: [alpha], train, valid: () => sum(w) });
        expect(norm(numbers(mixedProduct(problem, undefined, [constant(V)])))).toBe(0);
        expect(norm(numbers(mixedDifference(problem, undefined, [constant(V)], 0.01)))).toBe(0);
      }
    });
  });
});

/** A regression by a network of two tanh layers, [5, 3] → [5, 4] → [5, 2]. */
function tanhNet(): Bilevel<undefined> {
  const random = Random.stream(1, "test/tanh");
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const [first, second, alpha] = [leaf(draw(12), [3, 4]), leaf(draw(8), [4, 2]), leaf(draw(4))];
  const [inputs, outputs] = [constant(draw(15), [5, 3]), constant(draw(10), [5, 2])];
  const train = (): Tensor => {
    const hidden = mul(tanh(matmul(inputs, first)), alpha);
    return sum(square(sub(tanh(matmul(hidden, second)), outputs)));
  };
  return toy({ weights: [first, second], alpha: [alpha], train, valid: () => sum(square(first)) });
}

/** Two directions in the weights of the net. */
function directions(): [Tensor[], Tensor[]] {
  const random = Random.stream(2, "test/directions");
  const draw = (shape: readonly number[]): Tensor =>
    constant(
      Array.from({ length: (shape[0] as number) * (shape[1] as number) }, () => random.normal()),
      shape,
    );
  return [
    [draw([3, 4]), draw([4, 2])],
    [draw([3, 4]), draw([4, 2])],
  ];
}

const inner = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  numbers(a).reduce((total, x, i) => total + x * (numbers(b)[i] as number), 0);

describe("the Hessian product of a net with two tanh layers (idarts §7.4)", () => {
  it("is the central difference of the gradient", () => {
    scope(() => {
      const problem = tanhNet();
      const [v] = directions();
      const h = 1e-5;
      const at = (factor: number): number[] => {
        const shifted = tanhNet();
        for (const [i, w] of shifted.weights.entries()) {
          const values = w.view() as Float64Array;
          for (const [j, x] of (v[i] as Tensor).toArray().entries()) values[j] = (values[j] as number) + factor * x;
        }
        return numbers(gradients(shifted.trainLoss(undefined), shifted.weights));
      };
      const backward = at(-h);
      const expected = at(h).map((x, i) => (x - (backward[i] as number)) / (2 * h));
      const product = numbers(hessianProduct(problem, undefined)(v));
      expect(distance(product, expected) / norm(expected)).toBeLessThan(1e-7);
    });
  });

  it("is symmetric and linear, and its graph serves many products", () => {
    scope(() => {
      const product = hessianProduct(tanhNet(), undefined);
      const [u, v] = directions();
      const [Hu, Hv] = [product(u), product(v)];
      expect(inner(u, Hv)).toBeCloseTo(inner(v, Hu), 10);
      const sum = u.map((x, i) =>
        constant(
          x.toArray().map((y, j) => 3 * y - ((v[i] as Tensor).toArray()[j] as number)),
          x.shape,
        ),
      );
      const expected = numbers(Hu).map((x, i) => 3 * x - (numbers(Hv)[i] as number));
      expect(distance(numbers(product(sum)), expected)).toBeLessThan(1e-10);
    });
  });

  it("is what the mixed difference converges to for the mixed product: half the radius, a quarter of the error", () => {
    scope(() => {
      const problem = tanhNet();
      const [v] = directions();
      const exact = numbers(mixedProduct(problem, undefined, v));
      const error = (r: number): number[] =>
        numbers(mixedDifference(problem, undefined, v, r / normOf(v))).map((x, i) => x - (exact[i] as number));
      expect(norm(error(2e-3)) / norm(error(1e-3))).toBeCloseTo(4, 3);
      expect(norm(error(1e-3)) / norm(exact)).toBeLessThan(1e-4);
    });
  });
});
