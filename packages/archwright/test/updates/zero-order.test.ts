/** The zero-order update: candidates of their own, common minibatches, the schedule of σ, a bilevel problem (zarts §8). */
import { add, Generator, mulScalar, noGrad, SGD, scope, square, sub, sum, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Bilevel } from "../../src/training/supernets/bilevel-problem.ts";
import type { WeightOptimizer } from "../../src/training/supernets/gradient-rules.ts";
import { deviationAt, zeroOrder, zeroOrderGradient } from "../../src/updates/zero-order.ts";
import { bits, constant, leaf, numbers, toy } from "./support.ts";

const optimizer: WeightOptimizer = {
  learningRate: 0.3,
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
  clip: 100,
  buffers: undefined,
};

type Options = Parameters<typeof zeroOrderGradient>[4];
const options = (set: object): Options => zeroOrder.settings.parse(set) as Options;

/** L_train = ½(w − α)², L_valid = ½(w − 1)² + ½ρα². With w*(α) = α the best α is 1/(1 + ρ). */
function bilevel(w: Tensor, alpha: Tensor, rho: number, seen: string[] = []): Bilevel<string> {
  const half = (x: Tensor, factor = 1): Tensor => mulScalar(sum(square(x)), factor / 2);
  return toy<string>({
    weights: [w],
    alpha: [alpha],
    train: (batch) => {
      seen.push(`train ${batch}`);
      return half(sub(w, alpha));
    },
    valid: (batch) => {
      seen.push(`valid ${batch}`);
      return add(half(sub(w, constant([1]))), half(alpha, rho));
    },
  });
}

const numbered = (): (() => string) => {
  let next = 0;
  return () => String(next++);
};

describe.each(["mgs", "rs", "gld"])("zero order by %s", (search) => {
  const set = options({ search, innerSteps: 3, candidates: 2 });
  const moment = { epoch: 0, epochs: 50, random: new Generator(1) };

  it("leaves weights and α as they were to the bit, and reports finite facts", () => {
    const [w, alpha] = [leaf([0.4]), leaf([0.2])];
    const before = bits([w, alpha]);
    scope(() => {
      const result = zeroOrderGradient(bilevel(w, alpha, 0.5), { valid: "v", own: numbered() }, optimizer, moment, set);
      expect(bits([w, alpha])).toBe(before);
      for (const value of [...Object.values(result.facts ?? {}), ...numbers(result.gradients)]) {
        expect(Number.isFinite(value)).toBe(true);
      }
      expect(result.loss).toBeCloseTo(0.5 * 0.36 + 0.25 * 0.04, 12);
    });
    for (const tensor of [w, alpha]) tensor.dispose();
  });

  it("gives all candidates the same minibatches, drawn once", () => {
    const [w, alpha] = [leaf([0.4]), leaf([0.2])];
    const seen: string[] = [];
    const problem = bilevel(w, alpha, 0.5, seen);
    scope(() => {
      zeroOrderGradient(problem, { valid: "v", own: numbered() }, optimizer, moment, set);
    });
    const candidate = ["train 0", "train 1", "train 2", "valid v"];
    const [first, ...rest] = seen;
    expect(first).toBe("valid v");
    expect(rest.length % candidate.length).toBe(0);
    expect(rest).toEqual(Array.from({ length: rest.length / 4 }, () => candidate).flat());
    // mgs: its candidates; rs: α itself too; gld: α and one in each of seven balls.
    expect(rest.length / 4).toBe({ mgs: 2, rs: 3, gld: 8 }[search]);
    for (const tensor of [w, alpha]) tensor.dispose();
  });
});

it("trains a copy of the weights for a candidate; as released it keeps the present ones", () => {
  const seen: string[] = [];
  const [w, alpha] = [leaf([0.4]), leaf([0.2])];
  const set = options({ finetune: false, candidates: 3 });
  const moment = { epoch: 0, epochs: 50, random: new Generator(1) };
  scope(() => {
    zeroOrderGradient(bilevel(w, alpha, 0.5, seen), { valid: "v", own: numbered() }, optimizer, moment, set);
  });
  expect(seen).toEqual(["valid v", "valid v", "valid v", "valid v"]);
  for (const tensor of [w, alpha]) tensor.dispose();
});

/** Steps of α by the update, whose copies of w alone move. */
function solve(set: Options, rho: number, steps: number): number {
  const [w, alpha] = [leaf([0]), leaf([0.2])];
  const problem = bilevel(w, alpha, rho);
  const random = new Generator(3);
  using step = new SGD(new Map([["alpha", alpha]]), { learningRate: 1 });
  for (let n = 0; n < steps; n++) {
    scope(() => {
      const batches = { valid: "v", own: numbered() };
      const { gradients } = zeroOrderGradient(problem, batches, optimizer, { epoch: 0, epochs: 50, random }, set);
      noGrad(() => step.step(gradients));
    });
  }
  const [found = Number.NaN] = alpha.toArray();
  for (const tensor of [w, alpha]) tensor.dispose();
  return found;
}

it("finds α = 1/(1 + ρ), which first order misses: there w does not follow, and α goes to 0", () => {
  const rs = { search: "rs", symmetric: true, deviation: 0.01, rate: 0.1, deviationSchedule: "constant" };
  expect(solve(options({ ...rs, innerSteps: 14 }), 0.5, 80)).toBeCloseTo(1 / 1.5, 2);
  expect(Math.abs(solve(options({ ...rs, finetune: false }), 0.5, 150))).toBeLessThan(0.01);
});

describe("σ", () => {
  const set = { deviation: 0.2, weightsOnly: 10, deviationSchedule: "cosine" } as const;

  it("falls along a cosine from the second epoch that moves α", () => {
    const at = (epoch: number): number => deviationAt({ epoch, epochs: 50 }, set);
    expect(at(10)).toBe(0.2);
    expect(at(11)).toBe(0.2);
    expect(at(12)).toBeCloseTo((0.2 * (1 + Math.cos(Math.PI / 40))) / 2, 12);
    expect(at(31)).toBeCloseTo(0.1, 12);
  });

  it("stays where that is asked for", () => {
    expect(deviationAt({ epoch: 40, epochs: 50 }, { ...set, deviationSchedule: "constant" })).toBe(0.2);
  });
});
