/** fisher: how much the loss would change if single channels were cut. */
import { mul, mulScalar, square, sum, sumDim, type Tensor } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * Σ over layers and their channels k of Δ_k · (weights of a channel), where Δ_k = ½ mean_n u[n,k]² and u[n,k] is the sum
 * over positions of a · ∂L/∂a, a the layer's output (Theis et al. 2018; zero-cost-proxies §2.6). The factor comes from
 * giving every weight the value of its channel, and is part of the published numbers.
 */
export const fisher = sharedProxy(
  {
    name: "fisher",
    title: "sum of channels' squared activation · gradient, Fisher pruning",
    source: "Turner et al., ICLR 2020; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["responses"], score: fisherScore },
);

export function fisherScore({ responses }: Pick<TrainingPass, "responses">): number {
  return sumOfScalars(
    responses.map(({ layer, output, gradient }) => fisherOfLayer(output, gradient, layer.weight.size)),
  );
}

/** One layer's sum as a scalar. `output`, `gradient`: [batch, channels, ...]; `weights`: how many the layer has. */
export function fisherOfLayer(output: Tensor, gradient: Tensor, weights: number): Tensor {
  const [batch = 1, channels = 1] = output.shape;
  const product = mul(output, gradient);
  const u = product.shape.length === 4 ? sumDim(product, [2, 3]) : product;
  return mulScalar(sum(square(u)), (0.5 / batch) * (weights / channels));
}
