/** GAEA: first-order gradients, α on the simplex by exponentiated steps (Li et al., ICLR 2021). */
import { z } from "zod";
import { trainingSettings } from "../training/supernets/settings.ts";
import { ExponentiatedStep } from "./exponentiated-step.ts";
import { firstOrderGradient } from "./first-order.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";

const settings = trainingSettings.extend({
  architecture: z
    .object({
      learningRate: z.number().positive().default(0.1).describe("η; constant"),
      floor: z
        .number()
        .min(0)
        .lt(0.1)
        .default(1e-5)
        .describe("least weight of an operation before the last normalization, so that any can return"),
    })
    .prefault({})
    .describe("the optimizer of α: exponentiated gradient, without momentum and weight decay"),
});

export const exponentiatedGradient: Update = {
  name: "exponentiated-gradient",
  title: "α on the simplex by exponentiated gradients, in turn with the weights",
  source: "Li et al., ICLR 2021, section 4",
  moves: "simplex",
  settings,
  rules(values) {
    const { architecture } = settings.parse(values);
    return {
      innerSteps: 1,
      architectureGradient: (problem, { valid }) => firstOrderGradient(problem, valid),
      architectureOptimizer: (parameters) => new ExponentiatedStep(parameters, architecture),
      weightGradient: plainWeightGradient,
    };
  },
};
