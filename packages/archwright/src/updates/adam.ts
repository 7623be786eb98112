/** Adam as the optimizer of α, for parameters that may lie anywhere (darts §4). */
import { Adam } from "@archwright/torch";
import { z } from "zod";
import type { Settings } from "../search/part.ts";
import type { GradientRules } from "../training/supernets/gradient-rules.ts";
import { trainingSettings } from "../training/supernets/settings.ts";

const rate = z.number().min(0).lt(1);

/** The hyperparameters of an update that trains the weights and moves α by Adam. */
export const adamSettings = trainingSettings.extend({
  architecture: z
    .object({
      learningRate: z.number().positive().default(3e-4),
      beta1: rate.default(0.5),
      beta2: rate.default(0.999),
      weightDecay: z.number().min(0).default(1e-3).describe("added to the gradient, not decoupled"),
    })
    .prefault({})
    .describe("the optimizer of α: Adam"),
});

/** - `settings`: those of an update whose schema extends {@link adamSettings}. */
export function adam(settings: Settings): NonNullable<GradientRules["architectureOptimizer"]> {
  const { learningRate, beta1, beta2, weightDecay } = adamSettings.parse(settings).architecture;
  const options = { learningRate, betas: [beta1, beta2], weightDecay } as const;
  return (parameters) => new Adam(new Map(parameters.map(({ name, tensor }) => [name, tensor])), options);
}
