/** The flow of an all-ones image through the absolute weights of a network without batch norm, in double precision. */
import { abs, enableGrad, gradOrNull, noGrad, ones, scope, sum, type Tensor, to } from "@archwright/torch";
import { scoredLayers } from "./layers.ts";
import type { Observation } from "./observation.ts";
import { forward } from "./training-pass.ts";
import { withData, withGradients } from "./weights.ts";

/** Both float64 and non-negative, one pair for each layer that the flow reaches. */
export interface SynapticFlow {
  readonly weights: readonly Tensor[];
  /** ∂R/∂|w|, R the sum of the outputs. */
  readonly gradients: readonly Tensor[];
}

/** Neither images nor labels matter, but for the images' shape (zero-cost-proxies §2.7). */
export const synapticFlow: Observation<SynapticFlow> = {
  observe(subject, _wanted, body) {
    const { network, batch } = subject;
    const layers = scoredLayers(network);
    return scope(() => {
      const state = Object.values(network.state());
      const absolute = new Map(state.map((tensor) => [tensor, noGrad(() => abs(to(tensor, { dtype: "float64" })))]));
      return withData(absolute, () =>
        withGradients(
          layers.map(({ weight }) => weight),
          () => {
            const [, channels = 3, height = 0, width = 0] = batch.images.shape;
            const image = ones([1, channels, height, width], { dtype: "float64", device: batch.images.device });
            const outputs = forward(subject, image, { mode: "off" }, true);
            const flow = enableGrad(() => sum(outputs));
            const all = gradOrNull(
              flow,
              layers.map(({ weight }) => weight),
            );
            const reached = layers.flatMap(({ weight }, i) => {
              const gradient = all[i];
              return gradient == null ? [] : [{ weight, gradient }];
            });
            return body({
              weights: reached.map(({ weight }) => weight),
              gradients: reached.map(({ gradient }) => gradient),
            });
          },
        ),
      );
    });
  },
};
