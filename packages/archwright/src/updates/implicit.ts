/** iDARTS: some steps of the weights, then one of α by the stochastic implicit gradient (Zhang et al., ICML 2021). */
import { z } from "zod";
import { adam, adamSettings } from "./adam.ts";
import { implicitGradient } from "./bilevel/neumann.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";

const settings = adamSettings.extend({
  stepOrder: adamSettings.shape.stepOrder.unwrap().default("weights-first").describe("which moves first in a step"),
  innerSteps: z.int().min(1).max(1000).default(4).describe("T: steps of the weights before each step of α"),
  terms: z.int().min(0).max(1000).default(2).describe("K: terms of the Neumann series beyond the zeroth"),
  inverse: z
    .enum(["series", "diagonal"])
    .default("series")
    .describe("series: Neumann, equation 2; diagonal: the released approximation by a diagonal Hessian"),
  hessian: z
    .enum(["difference", "exact"])
    .default("difference")
    .describe(
      "the mixed second derivative: by a finite difference, as in the paper, or exact by differentiating twice",
    ),
  radius: z.number().positive().default(0.01).describe("r of the finite difference, R = r/‖v₀‖"),
  hessianWeightDecay: z
    .boolean()
    .default(false)
    .describe("add the weights' decay to the Hessian, which the loss leaves out"),
  displace: z
    .boolean()
    .default(false)
    .describe("leave the weights displaced after the finite difference, as the released code does"),
});

export const implicit: Update = {
  name: "implicit",
  title: "α by the implicit gradient, its inverse Hessian by a Neumann series",
  source: "Zhang et al., ICML 2021, equation 2",
  moves: "reals",
  settings,
  rules(values) {
    const { innerSteps, terms, inverse, hessian, radius, hessianWeightDecay, displace } = settings.parse(values);
    return {
      innerSteps,
      architectureGradient: (problem, { train, valid }, { learningRate, weightDecay }) =>
        implicitGradient(
          problem,
          { train: train(), valid },
          {
            step: learningRate,
            terms,
            inverse,
            radius,
            displace,
            exact: hessian === "exact",
            weightDecay: hessianWeightDecay ? weightDecay : 0,
          },
        ),
      architectureOptimizer: adam(values),
      weightGradient: plainWeightGradient,
    };
  },
};
