/** zico: how large gradients are against how much they vary. */
import { abs, div, meanDim, scope } from "@archwright/torch";
import {
  type GradientBatches,
  type GradientStatistics,
  gradientStatistics,
  stacked,
  sumWhereVaried,
} from "./observation/gradient-batches.ts";
import { sharedProxy } from "./observation/observation.ts";

/**
 * Σ over layers of ln Σ_w mean|g| / std(g) over minibatches; weights whose gradient does not vary are left out, and layers
 * of which none is left (zero-cost-proxies §4.1). The two minibatches are the halves of the one given.
 */
export const zico = sharedProxy(
  {
    name: "zico",
    title: "mean against deviation of the gradients over minibatches (ZiCo)",
    source: "Li et al., ICLR 2023",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
    minibatches: 2,
  },
  { observation: gradientStatistics, wanted: [], score: ({ gradients }: GradientStatistics) => zicoScore(gradients) },
);

export function zicoScore(layers: GradientBatches): number {
  return layers.reduce((total, gradients) => {
    const ratios = scope(() =>
      sumWhereVaried(stacked(gradients), (values, deviation) => div(meanDim(abs(values), [0]), deviation)),
    );
    return ratios === 0 ? total : total + Math.log(ratios);
  }, 0);
}
