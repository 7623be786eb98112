/** First order: α follows the gradient of the validation loss at the present weights (Liu et al., ICLR 2019, §2.3). */
import { gradOrNull, scope } from "@archwright/torch";
import type { Bilevel, Gradients } from "../training/supernets/bilevel-problem.ts";
import { adam, adamSettings } from "./adam.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";

export const firstOrder: Update = {
  name: "first-order",
  title: "α by the validation gradient at the present weights, in turn with the weights",
  source: "Liu et al., ICLR 2019, section 2.3 with ξ = 0",
  moves: "reals",
  settings: adamSettings,
  rules: (settings) => ({
    innerSteps: 1,
    architectureGradient: (problem, { valid }) => firstOrderGradient(problem, valid),
    architectureOptimizer: adam(settings),
    weightGradient: plainWeightGradient,
  }),
};

/** ∇α L_valid(w, α). */
export function firstOrderGradient<Batch>(problem: Bilevel<Batch>, valid: Batch): Gradients {
  return scope(() => {
    const { value, accuracy } = problem.validLoss(valid);
    return { gradients: gradOrNull(value, problem.alpha), loss: value.item(), accuracy };
  });
}
