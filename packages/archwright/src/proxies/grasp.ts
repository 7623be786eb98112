/** grasp: how the gradient flow changes with the weights, by the Hessian. */
import { detach, foreach, gradOrNull, sum } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * Σ -w · Hg, with Hg the product of the loss's Hessian and its gradient (Wang et al., ICLR 2020; zero-cost-proxies §2.5,
 * in the sign of Abdelfattah et al.). One forward and one backward pass give g with its graph, and a second backward pass
 * with weights g gives Hg: the product needs no second forward pass.
 */
export const grasp = sharedProxy(
  {
    name: "grasp",
    title: "sum of -weight · (Hessian · gradient), gradient signal preservation",
    source: "Wang et al., ICLR 2020; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["gradient graph"], score: graspScore },
);

/** `gradients`: with their graph. A weight that no gradient depends on has a zero row in H. */
export function graspScore({ weights, gradients }: Pick<TrainingPass, "weights" | "gradients">): number {
  const products = gradOrNull(gradients, weights, { gradOutputs: gradients.map((gradient) => detach(gradient)) });
  const reached = weights.flatMap((weight, i) => {
    const product = products[i];
    return product == null ? [] : [{ weight, product }];
  });
  const terms = foreach.mulPairs(
    reached.map(({ weight }) => weight),
    reached.map(({ product }) => product),
  );
  return -sumOfScalars(terms.map((term) => sum(term)));
}
