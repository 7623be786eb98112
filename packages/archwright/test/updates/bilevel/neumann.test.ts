/** The implicit gradient by a Neumann series, on the bilinear-quadratic problem in closed form (idarts §7). */
import { dot, grad, matmul, mulScalar, scope, square, sub, sum, type Tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { implicitGradient, type NeumannOptions } from "../../../src/updates/bilevel/neumann.ts";
import { bits, centralDifference, constant, distance, leaf, NO_BATCHES, numbers, toy } from "../support.ts";
import {
  A,
  ALPHA,
  apply,
  B,
  c,
  gradientWith,
  inverse,
  type Matrix,
  neumannSum,
  optimum,
  type Pair,
  plus,
  quadraticProblem,
  rho,
  slope,
  t,
} from "./quadratic.ts";

const STEP = 0.4;
const W_STAR = optimum(ALPHA);
const INFINITE = [0.08102041, -0.76653061] as const;

interface Place {
  readonly w?: Pair;
  readonly alpha?: Pair;
  readonly H?: Matrix;
}

const at = (options: Partial<NeumannOptions>, { w = W_STAR, alpha = ALPHA, H = A }: Place = {}): Pair =>
  scope(() => {
    const problem = quadraticProblem(w, alpha, H);
    const { gradients } = implicitGradient(problem, NO_BATCHES, { step: STEP, terms: 0, ...options });
    return numbers(gradients) as unknown as Pair;
  });

/** Equation 2 with the series summed in plain numbers. */
const closed = (terms: number, { w = W_STAR, alpha = ALPHA, H = A }: Place = {}, step = STEP): Pair =>
  gradientWith(neumannSum(plus(w, t, -1), terms, step, H), alpha, step);

describe("at w*", () => {
  it.each([
    [0, [-0.06142857, -0.38285714]],
    [1, [-0.02885714, -0.51771429]],
    [2, [0.00451429, -0.59817143]],
    [5, [0.05656457, -0.71302766]],
    [20, [0.08094039, -0.76635555]],
    [200, INFINITE],
  ])("K = %d gives the stated G_K (idarts §7.1)", (terms, expected) => {
    expect(distance(at({ terms, exact: true }), expected)).toBeLessThan(6e-9);
    expect(distance(at({ terms }), expected)).toBeLessThan(1e-8);
  });

  it("misses the limit by exactly BᵀA⁻¹(I − γA)^{K+1}(w* − t)", () => {
    const limit = gradientWith(apply(inverse(A), plus(W_STAR, t, -1)), ALPHA, 1);
    for (const terms of [0, 1, 2, 5, 20]) {
      let rest = plus(W_STAR, t, -1);
      for (let k = 0; k <= terms; k++) rest = plus(rest, apply(A, rest), -STEP);
      const expected = gradientWith(apply(inverse(A), rest), [0, 0], 1);
      expect(distance(plus(limit, at({ terms, exact: true }), -1), expected)).toBeLessThan(1e-12);
    }
  });

  it("has in the limit the derivative of L_valid(w*(α), α)", () => {
    const F = ([x = 0, y = 0]: readonly number[]): number => {
      const far = plus(optimum([x, y]), t, -1);
      return (far[0] ** 2 + far[1] ** 2 + rho * (x * x + y * y)) / 2;
    };
    expect(distance(at({ terms: 200, exact: true }), centralDifference(F, ALPHA, 1e-4))).toBeLessThan(1e-7);
  });

  it("diverges for γ = 1 > 2/λ_max: |G_K| grows without bound in K", () => {
    const sizes = [10, 20, 40, 80, 160].map((terms) => Math.hypot(...at({ terms, step: 1, exact: true })));
    for (const [i, size] of sizes.slice(1).entries()) expect(size).toBeGreaterThan(4 * (sizes[i] as number));
  });
});

/** w_T after T steps of plain gradient descent from w_0, as numbers. */
function descended(from: Pair, steps: number): Pair {
  let w = from;
  for (let n = 0; n < steps; n++) w = plus(w, slope(w, ALPHA), -STEP);
  return w;
}

/** d L_valid(w_T(α), α)/dα by differentiating through the last `kept` of T steps. */
const unrolled = (from: Pair, steps: number, kept: number): Pair =>
  scope(() => {
    const alpha = leaf(ALPHA);
    const [curvature, coupling] = [constant(A.flat(), [2, 2]), constant(B.flat(), [2, 2])];
    const [offset, goal] = [constant(c), constant(t)];
    let w: Tensor = constant(descended(from, steps - kept));
    for (let n = 0; n < kept; n++) {
      const slope = sub(sub(matmul(curvature, w), matmul(coupling, alpha)), offset);
      w = sub(w, mulScalar(slope, STEP));
    }
    const value = sub(mulScalar(sum(square(sub(w, goal))), 0.5), mulScalar(sum(square(alpha)), -rho / 2));
    return numbers(grad(value, [alpha])) as unknown as Pair;
  });

describe("unrolling (idarts §7.2)", () => {
  const start: Pair = [0.7, 0.2];

  it("T = 3 has the stated point and derivative, with K = 2", () => {
    expect(distance(descended(start, 3), [0.3816, -1.0016])).toBeLessThan(1e-12);
    expect(distance(at({ terms: 2, exact: true }, { w: descended(start, 3) }), [-0.3302752, 0.1355392])).toBeLessThan(
      1e-12,
    );
  });

  it.each([1, 2, 3, 4, 7])(
    "of T = %d steps is the series with K = T − 1, and less of them a shorter series",
    (steps) => {
      for (let kept = 1; kept <= steps; kept++) {
        const found = at({ terms: kept - 1, exact: true }, { w: descended(start, steps) });
        expect(distance(found, unrolled(start, steps, kept))).toBeLessThan(1e-12);
      }
    },
  );
});

describe("limits (idarts §7.3)", () => {
  const w: Pair = [0.7, 0.2];
  const direct = plus([0, 0], ALPHA, rho);

  it("K = 0 is d − γM∇w L_valid at the present weights", () => {
    expect(distance(at({ terms: 0 }, { w }), gradientWith(plus(w, t, -1), ALPHA, STEP))).toBeLessThan(1e-10);
  });

  it("γ → 0 with K fixed is the first order", () => {
    for (const step of [1e-3, 1e-6]) expect(distance(at({ terms: 3, step }, { w }), direct)).toBeLessThan(20 * step);
  });

  it("H = h·I sums a geometric series: γΣ = (1 − (1 − γh)^{K+1})/h", () => {
    const h = 1.7;
    for (const terms of [0, 1, 4, 9]) {
      const factor = (1 - (1 - STEP * h) ** (terms + 1)) / h;
      const H: Matrix = [
        [h, 0],
        [0, h],
      ];
      expect(distance(at({ terms, exact: true }, { w, H }), gradientWith(plus(w, t, -1), ALPHA, factor))).toBeLessThan(
        1e-14,
      );
    }
  });

  it("a training loss without α leaves d, for any K", () => {
    scope(() => {
      const [weights, alpha] = [leaf(w), leaf(ALPHA)];
      const problem = toy<unknown>({
        weights: [weights],
        alpha: [alpha],
        train: () => sum(square(square(weights))),
        valid: () => dot(alpha, sub(weights, constant(t))),
      });
      for (const terms of [0, 1, 5]) {
        for (const exact of [true, false]) {
          const { gradients } = implicitGradient(problem, NO_BATCHES, { step: STEP, terms, exact });
          expect(numbers(gradients)).toEqual([w[0] - t[0], w[1] - t[1]]);
        }
      }
    });
  });

  it("the mixed difference is exact for any radius, since ∇α L_train is affine in w", () => {
    for (const radius of [1e-3, 1, 100]) {
      expect(distance(at({ terms: 3, radius }, { w }), closed(3, { w }))).toBeLessThan(1e-8);
    }
  });

  it("weight decay λ stands in H as λ·I, and not in M", () => {
    const H: Matrix = [
      [A[0][0] + 0.3, A[0][1]],
      [A[1][0], A[1][1] + 0.3],
    ];
    expect(distance(at({ terms: 3, weightDecay: 0.3, exact: true }, { w }), closed(3, { w, H }))).toBeLessThan(1e-14);
  });
});

describe("options of the released code", () => {
  const w: Pair = [0.7, 0.2];
  const v0 = plus(w, t, -1);

  it.each([1, 2, 7])("diagonal: p = (1 + s + s²)∘v₀, s = 1 − γ·Hg/‖g‖, whatever K = %d", (terms) => {
    const g = slope(w, ALPHA);
    const u = apply(A, g).map((x) => x / Math.hypot(...g));
    const p = v0.map((x, i) => {
      const s = 1 - STEP * (u[i] as number);
      return (1 + s + s * s) * x;
    }) as unknown as Pair;
    const expected = gradientWith(p, ALPHA, STEP);
    expect(distance(at({ terms, inverse: "diagonal", exact: true }, { w }), expected)).toBeLessThan(1e-14);
    expect(distance(expected, closed(2, { w }))).toBeGreaterThan(0.01); // it is another method than the series
  });

  it("diagonal with K = 0 is the series with K = 0", () => {
    expect(at({ terms: 0, inverse: "diagonal" }, { w })).toEqual(at({ terms: 0 }, { w }));
  });

  it("displace: w ends at w − R(v₁ + … + v_K), R = r/‖v₀‖, and the gradient is the same", () => {
    for (const terms of [0, 2]) {
      scope(() => {
        const problem = quadraticProblem(w);
        const options: NeumannOptions = { step: STEP, terms, radius: 0.05, displace: true };
        const { gradients } = implicitGradient(problem, NO_BATCHES, options);
        const added = plus(neumannSum(v0, terms, STEP), v0, -1);
        const expected = plus(w, added, -0.05 / Math.hypot(...v0));
        expect(distance(numbers(problem.weights), expected)).toBeLessThan(1e-15);
        expect(distance(numbers(gradients), at({ terms, radius: 0.05 }, { w }))).toBe(0);
      });
    }
  });

  it("otherwise w stays as it was, to the bit", () => {
    scope(() => {
      const problem = quadraticProblem([0.1 + 0.2, Math.PI]);
      const before = bits([...problem.weights, ...problem.alpha]);
      for (const inverse of ["series", "diagonal"] as const) {
        implicitGradient(problem, NO_BATCHES, { step: STEP, terms: 3, inverse });
        expect(bits([...problem.weights, ...problem.alpha])).toBe(before);
      }
    });
  });
});

describe("iterated with the weights at their optimum (idarts §7.6)", () => {
  /** α where γΣ(I − γA)^k stands for A⁻¹: α, and w* there. */
  const fixed: [number, Pair][] = [
    [0, [0.93049645, 0.02269504]],
    [2, [0.97601458, 0.0243917]],
    [5, [0.97902745, 0.02145834]],
    [200, [0.97985479, 0.02045199]], // the true optimum
  ];

  it.each(fixed)("K = %d has its fixed point where stated", (terms, alpha) => {
    // The points have eight decimals, and the gradient changes by less than 6 for 1 of α.
    expect(distance(at({ terms, exact: true }, { w: optimum(alpha), alpha }), [0, 0])).toBeLessThan(6 * 5e-9);
  });

  it("true optimum: w* there", () => {
    expect(distance(optimum([0.97985479, 0.02045199]), [0.80249514, -1.05027099])).toBeLessThan(2e-8);
  });

  it.each(fixed.slice(1, 2))("K = %d gets there by steps of −0.05·G_K", (terms, end) => {
    let alpha = ALPHA;
    let w = optimum(ALPHA);
    for (let n = 0; n < 1500; n++) {
      for (let k = 0; k < 20; k++) w = plus(w, slope(w, alpha), -STEP);
      alpha = plus(alpha, at({ terms, exact: true }, { w, alpha }), -0.05);
    }
    expect(distance(alpha, end)).toBeLessThan(1e-8);
  });
});
