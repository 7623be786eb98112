/** SDARTS-RS: the weights are trained at randomly perturbed probabilities (Chen and Hsieh, ICML 2020; sdarts §3). */
import { add, addScalar, type Generator, mulScalar, noGrad, rand, scope, type Tensor, to } from "@archwright/torch";
import { clip } from "./bilevel/simplex.ts";
import { radiusAt, radiusSettings } from "./perturbation-radius.ts";
import type { UpdateModifier } from "./update.ts";

export const randomSmoothing: UpdateModifier = {
  name: "random-smoothing",
  title: "weight steps at probabilities with uniform noise",
  source: "Chen and Hsieh, ICML 2020, SDARTS-RS",
  kind: "perturbation",
  settings: radiusSettings,
  wrap(rules, values) {
    const settings = radiusSettings.parse(values);
    return {
      ...rules,
      weightGradient(objective, probabilities, moment) {
        const radius = radiusAt(settings, moment);
        return scope(() => {
          const perturbed = probabilities.map((rows) => clip(withNoise(rows, radius, moment.random)));
          const result = rules.weightGradient(objective, perturbed, moment);
          return { ...result, facts: { ...result.facts, radius } };
        });
      },
    };
  },
};

/** P + U(−ε, ε), every entry on its own. */
export function withNoise(rows: Tensor, radius: number, random: Generator): Tensor {
  return noGrad(() =>
    scope(() => {
      const draws = to(rand(rows.shape, random, { dtype: rows.dtype }), { device: rows.device });
      return add(rows, mulScalar(addScalar(mulScalar(draws, 2), -1), radius));
    }),
  );
}
