/** snip: how much the loss would change if single weights were cut. */
import { foreach } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/** Σ |w · ∂L/∂w| (Lee et al., ICLR 2019; zero-cost-proxies §2.4). */
export const snip = sharedProxy(
  {
    name: "snip",
    title: "sum of |weight · gradient|, connection sensitivity",
    source: "Lee et al., ICLR 2019; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["gradients"], score: snipScore },
);

export function snipScore({ weights, gradients }: Pick<TrainingPass, "weights" | "gradients">): number {
  return sumOfScalars(foreach.norm(foreach.mulPairs(weights, gradients), 1));
}
