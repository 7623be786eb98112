/** Random smoothing: what the noise is, and what it does to a quadratic in expectation (sdarts §11.3). */
import {
  add,
  expand,
  Generator,
  matmul,
  mul,
  mulScalar,
  scope,
  square,
  sum,
  sumDim,
  type Tensor,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Moment } from "../../src/search/moment.ts";
import type { GradientRules } from "../../src/training/supernets/gradient-rules.ts";
import { firstOrder } from "../../src/updates/first-order.ts";
import { plainWeightGradient } from "../../src/updates/plain.ts";
import { randomSmoothing, withNoise } from "../../src/updates/random-smoothing.ts";
import { cellsToy, constant, estimate, leaf, numbers } from "./support.ts";

const P = [0.5, 0.3, 0.2];
const H = [
  [2, 0.5, -1],
  [0.5, -3, 0.25],
  [-1, 0.25, 4],
];
const b = [1, -2, 0.5];
const TRACE = 2 - 3 + 4;
const EPSILON = 0.3;
const DRAWS = 100_000;

/** [draws, 3]: P + δ, each row a draw of its own. */
const drawn = (seed: number): Tensor =>
  withNoise(expand(constant(P, [1, 3]), [DRAWS, 3]), EPSILON, new Generator(seed));

/** ½pᵀHp + bᵀp of every row. */
function losses(rows: Tensor): number[] {
  return scope(() => {
    const curved = sumDim(mul(matmul(rows, constant(H.flat(), [3, 3])), rows), [1]);
    return add(mulScalar(curved, 0.5), matmul(rows, constant(b))).toArray();
  });
}

describe("the noise", () => {
  it("is uniform in ±ε: its bounds, mean 0 and variance ε²/3 within 4 standard errors", () => {
    scope(() => {
      const noise = drawn(1)
        .toArray()
        .map((x, i) => x - (P[i % 3] as number));
      // One entry in 1e5 comes within 1e-4 of either end, but for a chance of e^-10.
      expect(Math.max(...noise.slice(0, DRAWS))).toBeLessThanOrEqual(EPSILON);
      expect(Math.max(...noise.slice(0, DRAWS))).toBeGreaterThan(EPSILON - 1e-4);
      expect(Math.min(...noise.slice(0, DRAWS))).toBeGreaterThanOrEqual(-EPSILON);
      expect(Math.min(...noise.slice(0, DRAWS))).toBeLessThan(-EPSILON + 1e-4);
      for (const column of [0, 1, 2]) {
        const own = noise.filter((_, i) => i % 3 === column);
        const first = estimate(own);
        const second = estimate(own.map((x) => x * x));
        expect(Math.abs(first.mean)).toBeLessThan(4 * first.error);
        expect(Math.abs(second.mean - EPSILON ** 2 / 3)).toBeLessThan(4 * second.error);
      }
      // Every entry has a draw of its own: columns are not correlated.
      const product = estimate(
        Array.from({ length: DRAWS }, (_, i) => (noise[3 * i] as number) * (noise[3 * i + 1] as number)),
      );
      expect(Math.abs(product.mean)).toBeLessThan(4 * product.error);
    });
  });

  it("leaves its argument alone, follows the seed, and is nothing for ε = 0", () => {
    scope(() => {
      const rows = constant(P, [1, 3]);
      const noisy = (seed: number): number[] => withNoise(rows, 0.1, new Generator(seed)).toArray();
      expect(noisy(3)).toEqual(noisy(3));
      expect(noisy(3)).not.toEqual(noisy(4));
      expect(withNoise(rows, 0, new Generator(1)).toArray()).toEqual(P);
      expect(rows.toArray()).toEqual(P);
    });
  });
});

describe("in expectation, without the projection", () => {
  it("a quadratic grows by ε²/6 of the trace of its Hessian: Monte Carlo within 4 standard errors", () => {
    scope(() => {
      const [still = 0] = losses(constant(P, [1, 3]));
      const { mean, error } = estimate(losses(drawn(2)).map((loss) => loss - still));
      expect(Math.abs(mean - (EPSILON ** 2 / 6) * TRACE)).toBeLessThan(4 * error);
      expect(4 * error).toBeLessThan((EPSILON ** 2 / 6) * TRACE); // so that no penalty at all would show
    });
  });

  it("the weights' gradient is that of the penalized loss, where H depends on w: H(w) = w²H, b(w) = wb", () => {
    scope(() => {
      const w = 1.5;
      const slopes = (rows: Tensor): number[] => {
        const linear = matmul(rows, constant(b)).toArray();
        return losses(rows).map((loss, i) => 2 * w * (loss - (linear[i] as number)) + (linear[i] as number));
      };
      const [still = 0] = slopes(constant(P, [1, 3]));
      const { mean, error } = estimate(slopes(drawn(3)));
      expect(Math.abs(mean - (still + (EPSILON ** 2 / 6) * 2 * w * TRACE))).toBeLessThan(4 * error);
    });
  });
});

describe("the modifier", () => {
  const moment: Moment = { epoch: 25, epochs: 50, phase: "search", random: new Generator(5) };
  const rules = firstOrder.rules?.({}) as GradientRules;

  it("takes the weight gradient at clipped noisy probabilities, and reports the radius", () => {
    scope(() => {
      const seen: number[][] = [];
      const recording: GradientRules = {
        ...rules,
        weightGradient: (objective, probabilities, at) => {
          seen.push(numbers(probabilities));
          return plainWeightGradient(objective, probabilities, at);
        },
      };
      const w = leaf([2]);
      const target = cellsToy({ weights: [w], cells: [0], loss: ([rows]) => mul(w, sum(square(rows as Tensor))) });
      const rows = constant([0.7, 0.2, 0.1], [1, 3]);
      const wrapped = randomSmoothing.wrap(recording, {});
      for (let n = 0; n < 20; n++) {
        const { gradients: own, facts } = wrapped.weightGradient(target, [rows], moment);
        const perturbed = seen.at(-1) as number[];
        expect(facts).toEqual({ radius: 0.03 + 0.27 / 2 });
        expect(numbers(own)[0]).toBeCloseTo(
          perturbed.reduce((s, x) => s + x * x, 0),
          14,
        );
        expect(Math.min(...perturbed)).toBeGreaterThanOrEqual(0);
        expect(perturbed.reduce((s, x) => s + x, 0)).toBeCloseTo(1, 14);
      }
      expect(new Set(seen.map(String)).size).toBe(20); // a draw for every weight step
      expect(rows.toArray()).toEqual([0.7, 0.2, 0.1]);
    });
  });

  it("does not touch the architecture step", () => {
    expect(randomSmoothing.wrap(rules, {}).architectureGradient).toBe(rules.architectureGradient);
  });
});
