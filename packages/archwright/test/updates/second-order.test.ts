/** The second-order gradient of a supernet: both ways to compute it, and what it leaves behind. */
import { Generator, noGrad, onesLike, scope, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { SearchModel } from "../../src/search/model.ts";
import type { Gradients } from "../../src/training/supernets/bilevel-problem.ts";
import type { WeightOptimizer } from "../../src/training/supernets/gradient-rules.ts";
import { SupernetProblem } from "../../src/training/supernets/supernet-problem.ts";
import { norm as normOf } from "../../src/training/vectors.ts";
import { hessianProduct, mixedDifference, mixedProduct } from "../../src/updates/bilevel/derivatives.ts";
import { validGradient } from "../../src/updates/bilevel/unrolled.ts";
import {
  alphaOf,
  firstBatch,
  inDoubles,
  moment,
  noBatch,
  rulesOf,
  smallModel,
  trainable,
} from "../training/supernets/support.ts";
import { bits, norm, numbers } from "./support.ts";

const optimizer: WeightOptimizer = {
  learningRate: 0.025,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 3e-4,
  clip: 5,
  buffers: undefined,
};

/**
 * r of R = r/‖v‖, so small that no ReLU of this network switches between w − R·v and w + R·v on these minibatches (the
 * doubles show that). A switch adds its jump divided by 2R, which in so small a network is more than all the rest: with
 * the published r = 0.01 for 10⁸ weights it is not.
 */
const RADIUS = 2e-4;

const problemOf = (model: SearchModel): SupernetProblem => {
  trainable(model);
  return new SupernetProblem(model, new Generator(1));
};

const batchesOf = (model: SearchModel) => {
  const train = firstBatch(model, "train");
  return { valid: firstBatch(model, "valid"), train: () => train, own: noBatch };
};

const statistics = (model: SearchModel): string => bits(model.supernet.namedBuffers().values());

const gradientOf = (model: SearchModel, update: string, settings = {}, facts = optimizer): Gradients =>
  scope(() => {
    const rules = rulesOf(update, settings);
    return rules.architectureGradient?.(problemOf(model), batchesOf(model), facts, moment()) as Gradients;
  });

/** ‖a − b‖ / ‖b‖. */
const relative = (a: readonly number[], b: readonly number[]): number =>
  norm(a.map((x, i) => x - (b[i] as number))) / norm(b);

/** M·v for v = ∇w L_valid: exact, and by the finite difference. */
const mixed = (model: SearchModel): { exact: number[]; difference: number[] } =>
  scope(() => {
    const problem = problemOf(model);
    const train = firstBatch(model, "train");
    const { weights: v } = validGradient(problem, firstBatch(model, "valid"));
    return {
      exact: numbers(mixedProduct(problem, train, v)),
      difference: numbers(mixedDifference(problem, train, v, RADIUS / normOf(v))),
    };
  });

describe("differentiating twice and the finite difference", () => {
  it("agree on the mixed product of a supernet: in doubles to the difference's own error", () => {
    using model = inDoubles(smallModel());
    const { exact, difference } = mixed(model);
    expect(relative(difference, exact)).toBeLessThan(1e-5);
  });

  it("in single precision to 1e-2: gradients are rounded to 1e-7 of their size, and divided by 2R = 1e-4", () => {
    using model = smallModel();
    const { exact, difference } = mixed(model);
    expect(relative(difference, exact)).toBeLessThan(1e-2);
  });

  it("agree on the architecture gradient of the update", () => {
    using model = smallModel();
    scope(() => {
      const exact = gradientOf(model, "second-order", { hessian: "exact" });
      const difference = gradientOf(model, "second-order", { hessian: "difference", radius: RADIUS });
      expect(relative(numbers(difference.gradients), numbers(exact.gradients))).toBeLessThan(1e-2);
      expect(difference.loss).toBe(exact.loss);
    });
  });
});

it("second derivatives are the same in single and double precision, whatever kernels compute them", () => {
  using single = smallModel();
  using double = inDoubles(smallModel());
  expect(relative(mixed(single).exact, mixed(double).exact)).toBeLessThan(1e-3);
  const curvature = (model: SearchModel): number[] =>
    scope(() => {
      const problem = problemOf(model);
      const v = noGrad(() => problem.weights.map((w) => onesLike(w)));
      return numbers(hessianProduct(problem, firstBatch(model, "train"))(v));
    });
  expect(relative(curvature(single), curvature(double))).toBeLessThan(1e-3);
});

describe("regression: the second order silently ignored", () => {
  it("its gradient is another one than the first order's, by the virtual step and by the mixed term", () => {
    using model = smallModel();
    scope(() => {
      const first = gradientOf(model, "first-order");
      const second = gradientOf(model, "second-order");
      expect(relative(numbers(second.gradients), numbers(first.gradients))).toBeGreaterThan(0.05);
      expect(second.loss).not.toBe(first.loss); // at w′, one step further
    });
  });

  it("the learning rate, the momentum and the weight decay of the optimizer take part", () => {
    using model = smallModel();
    scope(() => {
      const buffers = noGrad(() => model.supernet.parameters().map((w) => onesLike(w)));
      const of = (changed: Partial<WeightOptimizer>): string =>
        String(numbers(gradientOf(model, "second-order", {}, { ...optimizer, ...changed }).gradients));
      const found = [of({}), of({ learningRate: 0.01 }), of({ buffers }), of({ weightDecay: 0.1 })];
      expect(new Set(found).size).toBe(found.length);
    });
  });
});

describe("what it leaves behind", () => {
  it.each(["difference", "exact"])("w, α and the momentum as they were, to the bit: %s", (hessian) => {
    using model = smallModel();
    scope(() => {
      const buffers = noGrad(() => model.supernet.parameters().map((w): Tensor => onesLike(w)));
      const all = [...model.supernet.parameters(), ...alphaOf(model), ...buffers];
      const before = bits(all);
      gradientOf(model, "second-order", { hessian }, { ...optimizer, buffers });
      expect(bits(all)).toBe(before);
    });
  });

  it("the running statistics of the training passes at w, and not those of the virtual step (darts §7.4)", () => {
    using model = smallModel();
    using twin = smallModel();
    const before = statistics(model);
    scope(() => {
      gradientOf(model, "second-order", { hessian: "exact" });
      // The gradient of the virtual step, and the exact product: two passes over the training minibatch at w.
      for (let n = 0; n < 2; n++) problemOf(twin).trainLoss(firstBatch(twin, "train"));
    });
    expect(statistics(model)).toBe(statistics(twin));
    expect(statistics(model)).not.toBe(before);
  });

  it("of the first order: those of the validation pass, as in any pass in train mode", () => {
    using model = smallModel();
    using twin = smallModel();
    scope(() => {
      gradientOf(model, "first-order");
      problemOf(twin).validLoss(firstBatch(twin, "valid"));
    });
    expect(statistics(model)).toBe(statistics(twin));
  });
});
