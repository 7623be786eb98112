/** plain: the loss's first-order change if all weights grew in proportion. */
import { foreach, sum } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * Σ w · ∂L/∂w, signed (zero-cost-proxies §2.3). Convolutions followed by batch norm add nothing but rounding, because the
 * loss does not depend on their scale. Often negatively correlated with accuracy.
 */
export const plain = sharedProxy(
  {
    name: "plain",
    title: "sum of weight · gradient, signed",
    source: "Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["gradients"], score: plainScore },
);

export function plainScore({ weights, gradients }: Pick<TrainingPass, "weights" | "gradients">): number {
  return sumOfScalars(foreach.mulPairs(weights, gradients).map((product) => sum(product)));
}
