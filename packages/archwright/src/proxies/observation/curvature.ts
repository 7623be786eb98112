/** The product of a minibatch's loss's Hessian with the weights and with its gradient. */
import { detach, foreach, gradOrNull, scope, sum, type Tensor } from "@archwright/torch";
import { HyperDual, mixedCrossEntropy } from "../../networks/hyper-dual.ts";
import { sumOfScalars } from "./layers.ts";
import type { Subject } from "./observation.ts";

/**
 * wᵀHg of the scored weights w by one forward pass that carries derivatives along w and g: ∂s∂t L(w + s·w + t·g). For
 * networks whose `layersOnly` is true.
 *
 * - `gradients`: g, without a graph, one for each of `weights`.
 */
export function curvatureAlongGradient(
  { network, batch, mixture, random }: Subject,
  weights: readonly Tensor[],
  gradients: readonly Tensor[],
): number {
  return scope(() => {
    const hyperDual = new HyperDual(new Map(weights.map((weight, i) => [weight, gradients[i] as Tensor])));
    const images = hyperDual.constant(batch.images);
    const { logits } = network.forward(images, { mode: "minibatch", random, hyperDual }, mixture);
    return mixedCrossEntropy(logits, batch.labels);
  });
}

/**
 * The same by differentiating the gradients again. `gradients` have their graph. A weight that no gradient depends on has a
 * zero row in H.
 */
export function curvatureByGraph(weights: readonly Tensor[], gradients: readonly Tensor[]): number {
  const products = gradOrNull(gradients, weights, { gradOutputs: gradients.map((gradient) => detach(gradient)) });
  const reached = weights.flatMap((weight, i) => {
    const product = products[i];
    return product == null ? [] : [{ weight, product }];
  });
  const terms = foreach.mulPairs(
    reached.map(({ weight }) => weight),
    reached.map(({ product }) => product),
  );
  return sumOfScalars(terms.map((term) => sum(term)));
}
