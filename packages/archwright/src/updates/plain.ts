/** The weight gradient without regularizer and perturbation, and rules that use it. */
import { gradOrNull, scope } from "@archwright/torch";
import type { GradientRules } from "../training/supernets/gradient-rules.ts";

/** ∇w L_train at the probabilities given. */
export const plainWeightGradient: GradientRules["weightGradient"] = (objective, probabilities) =>
  scope(() => {
    const { value, accuracy } = objective.loss(probabilities);
    return { gradients: gradOrNull(value, objective.weights), loss: value.item(), accuracy };
  });
