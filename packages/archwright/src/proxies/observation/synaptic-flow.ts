/** The flow of an all-ones image through the absolute weights of a network without batch norm, in double precision. */
import {
  abs,
  enableGrad,
  gradOrNull,
  mul,
  noGrad,
  ones,
  scope,
  sub,
  sum,
  sumDim,
  type Tensor,
  to,
} from "@archwright/torch";
import { Linear } from "../../networks/layers.ts";
import { Kept } from "./kept.ts";
import { isScored, type ScoredLayer, scoredLayers, sumOfScalars } from "./layers.ts";
import type { Observation } from "./observation.ts";
import { forward } from "./training-pass.ts";
import { withData, withGradients } from "./weights.ts";

export interface SynapticFlow {
  /** Σ w · ∂R/∂w over all weights. */
  readonly total: number;
  /** Where `gradients` are wanted: both float64 and non-negative, one pair for each layer that the flow reaches. */
  readonly weights: readonly Tensor[];
  /** ∂R/∂|w|, R the sum of the outputs. */
  readonly gradients: readonly Tensor[];
}

/** A layer's output, and ∂R/∂output. */
interface Passage {
  readonly layer: ScoredLayer;
  readonly output: Tensor;
}

/**
 * Neither images nor labels matter, but for the images' shape (zero-cost-proxies §2.7).
 *
 * A layer's output y is linear in its weight, so that Σ w · ∂R/∂w = Σ y · ∂R/∂y, y without the bias (Euler). That takes the
 * gradients of the feature maps alone; those of the weights are only computed for who asks for them.
 */
export const synapticFlow: Observation<SynapticFlow> = {
  observe(subject, wanted, body) {
    const { network, batch } = subject;
    const layers = scoredLayers(network);
    return scope(() => {
      using kept = new Kept();
      // Batch norm is off, so that no other part of the state takes part.
      const used = layers.flatMap((layer) => (layer instanceof Linear ? [layer.weight, layer.bias] : [layer.weight]));
      const absolute = new Map(used.map((tensor) => [tensor, noGrad(() => abs(to(tensor, { dtype: "float64" })))]));
      const recorded = wanted.has("gradients") ? layers.map(({ weight }) => weight) : [];
      return withData(absolute, () =>
        withGradients(recorded, () => {
          const [, channels = 3, height = 0, width = 0] = batch.images.shape;
          const image = ones([1, channels, height, width], { dtype: "float64", device: batch.images.device });
          image.requiresGrad = true;
          const passages: Passage[] = [];
          const onOutput = (layer: unknown, output: Tensor): void =>
            void (isScored(layer) && passages.push({ layer, output: kept.keep(output) }));
          const outputs = forward(subject, image, { mode: "off", onOutput }, true);
          const flow = enableGrad(() => sum(outputs));
          const all = gradOrNull(flow, [...passages.map(({ output }) => output), ...recorded]);
          const reached = recorded.flatMap((weight, i) => {
            const gradient = all[passages.length + i];
            return gradient == null ? [] : [{ weight, gradient }];
          });
          return body({
            total: sumOfScalars(
              passages.flatMap((passage, i) => {
                const gradient = all[i];
                return gradient == null ? [] : [throughWeights(passage, gradient)];
              }),
            ),
            weights: reached.map(({ weight }) => weight),
            gradients: reached.map(({ gradient }) => gradient),
          });
        }),
      );
    });
  },
};

/** Σ y · ∂R/∂y, y without the bias. */
function throughWeights({ layer, output }: Passage, gradient: Tensor): Tensor {
  const inner = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b));
  return noGrad(() =>
    scope(() => {
      const whole = inner(output, gradient);
      return layer instanceof Linear ? sub(whole, inner(layer.bias, sumDim(gradient, [0]))) : whole;
    }),
  );
}
