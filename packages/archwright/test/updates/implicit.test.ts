/** iDARTS on a supernet: the stochastic gradient by its formula, what moves the weights, what the options do. */
import { Generator, scope } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { idarts } from "../../src/methods/idarts.ts";
import type { SearchModel } from "../../src/search/model.ts";
import type { Gradients } from "../../src/training/supernets/bilevel-problem.ts";
import type { WeightOptimizer } from "../../src/training/supernets/gradient-rules.ts";
import { trainingSettings } from "../../src/training/supernets/settings.ts";
import { SupernetProblem } from "../../src/training/supernets/supernet-problem.ts";
import { assign, plus } from "../../src/training/vectors.ts";
import { gradients, hessianProduct, mixedProduct } from "../../src/updates/bilevel/derivatives.ts";
import { validGradient } from "../../src/updates/bilevel/unrolled.ts";
import {
  alphaOf,
  firstBatch,
  inDoubles,
  moment,
  noBatch,
  plan,
  rulesOf,
  smallModel,
  smallTrainer,
  space,
  trainable,
  watched,
} from "../training/supernets/support.ts";
import { bits, norm, numbers } from "./support.ts";

const RATE = 0.025;
const optimizer: WeightOptimizer = {
  learningRate: RATE,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 3e-4,
  clip: 5,
  buffers: undefined,
};

const problemOf = (model: SearchModel): SupernetProblem => {
  trainable(model);
  return new SupernetProblem(model, new Generator(1));
};

/** The update's gradient, on the first minibatches. */
const gradientOf = (model: SearchModel, settings: Readonly<Record<string, unknown>>): Gradients =>
  scope(() => {
    const batches = { valid: firstBatch(model, "valid"), train: () => firstBatch(model, "train"), own: noBatch };
    return rulesOf("implicit", settings).architectureGradient?.(
      problemOf(model),
      batches,
      optimizer,
      moment(),
    ) as Gradients;
  });

const relative = (a: readonly number[], b: readonly number[]): number =>
  norm(a.map((x, i) => x - (b[i] as number))) / norm(b);

const exact = { hessian: "exact" } as const;

describe("the gradient of a supernet, in doubles", () => {
  it.each([0, 1, 2])("is d − γM·Σ(I − γH)^k v₀ with all of H and M on one training minibatch: K = %d", (terms) => {
    using model = inDoubles(smallModel());
    scope(() => {
      const problem = problemOf(model);
      const train = firstBatch(model, "train");
      const { alpha, weights: v0 } = validGradient(problem, firstBatch(model, "valid"));
      let [term, total] = [v0, v0];
      for (let k = 1; k <= terms; k++) {
        term = plus(term, hessianProduct(problem, train)(term), -RATE);
        total = plus(total, term);
      }
      const expected = numbers(plus(alpha, mixedProduct(problem, train, total), -RATE));
      const found = numbers(gradientOf(model, { terms, ...exact }).gradients);
      expect(relative(found, expected)).toBeLessThan(1e-10);
    });
  });

  it("by the finite difference is the same: R = r/‖v₀‖, too small for a ReLU to switch", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const found = numbers(gradientOf(model, { terms: 1, radius: 1e-6 }).gradients);
      expect(relative(found, numbers(gradientOf(model, { terms: 1, ...exact }).gradients))).toBeLessThan(1e-6);
    });
  });

  it("changes with K, the inverse, and the Hessian's weight decay", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const options = [{ terms: 0 }, { terms: 1 }, { terms: 2 }, { inverse: "diagonal" }, { hessianWeightDecay: true }];
      const found = options.map((own) => String(numbers(gradientOf(model, { ...exact, ...own }).gradients)));
      expect(new Set(found).size).toBe(options.length);
    });
  });
});

describe("what it leaves behind", () => {
  it("w and α as they were, to the bit", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const all = [...model.supernet.parameters(), ...alphaOf(model)];
      const before = bits(all);
      for (const inverse of ["series", "diagonal"]) gradientOf(model, { terms: 2, inverse });
      expect(bits(all)).toBe(before);
    });
  });

  it("running statistics that do not show K: the series is computed as if in a copy (idarts §6.8)", () => {
    const statistics = (terms: number): string => {
      using model = inDoubles(smallModel());
      scope(() => gradientOf(model, { terms, ...exact }).gradients.length);
      return bits(model.supernet.namedBuffers().values());
    };
    expect(statistics(2)).toBe(statistics(0));
  });
});

describe("in training", () => {
  it("the weights move by the T inner steps alone (idarts §8)", () => {
    using model = smallModel();
    const seen: { step: string; w: string }[] = [];
    const record = (step: string) => () => seen.push({ step, w: bits(model.supernet.parameters()) });
    const settings = { innerSteps: 2, terms: 0, stepOrder: "weights-first" };
    using trainer = smallTrainer(
      model,
      watched(rulesOf("implicit", settings), { architecture: record("α"), weights: record("w") }),
      settings,
    );
    trainer.startEpoch(plan(0));
    for (let n = 0; n < 2; n++) trainer.step();
    expect(seen.map(({ step }) => step).join("")).toBe("wwαwwα");
    // Before and after the step of α the weights are the same bits; every other step moves them.
    for (const [i, { step, w }] of seen.slice(0, -1).entries()) expect(seen[i + 1]?.w === w).toBe(step === "α");
  });

  it("weight steps come first also where T = 1, so that α's minibatch is a fresh one", () => {
    const { settings } = resolveMethod(idarts, { set: { innerSteps: 1 } }, space);
    expect(trainingSettings.parse(settings).stepOrder).toBe("weights-first");
  });

  it("T = 1, K = 0 is second-order DARTS with a plain virtual step but for where M is taken (darts §9)", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const [train, valid] = [firstBatch(model, "train"), firstBatch(model, "valid")];
      const batches = { valid, train: () => train, own: noBatch };
      const plain: WeightOptimizer = { ...optimizer, weightDecay: 0 };
      const rate = 1e-6;
      const unrolled = rulesOf("second-order", exact).architectureGradient?.(
        problemOf(model),
        batches,
        { ...plain, learningRate: rate },
        moment(),
      );
      // The plain step by hand, then the implicit gradient at the updated weights.
      const problem = problemOf(model);
      const slope = gradients(problem.trainLoss(train), problem.weights);
      assign(problem.weights, plus(problem.weights, slope, -rate));
      const implicit = rulesOf("implicit", { terms: 0, ...exact }).architectureGradient?.(
        problem,
        batches,
        { ...plain, learningRate: rate },
        moment(),
      );
      const [a, b] = [numbers(implicit?.gradients ?? []), numbers(unrolled?.gradients ?? [])];
      const first = numbers(
        rulesOf("first-order").architectureGradient?.(problem, batches, plain, moment()).gradients ?? [],
      );
      // The mixed terms are γM(w)v and γM(w − γg)v: they differ by γ² where each is of the order γ.
      const mixedSize = norm(b.map((x, i) => x - (first[i] as number)));
      expect(mixedSize).toBeGreaterThan(0);
      expect(norm(a.map((x, i) => x - (b[i] as number)))).toBeLessThan(1e-3 * mixedSize);
    });
  });
});
