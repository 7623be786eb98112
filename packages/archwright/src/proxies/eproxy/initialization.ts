/** Initial weights of networks, heads and barriers (eproxy-dps §2.3). */
import {
  addScalar,
  contiguous,
  fill_,
  type Generator,
  type Module,
  mulScalar,
  noGrad,
  rand,
  randn,
  scope,
  type Tensor,
  to,
  zeros,
} from "@archwright/torch";
import { BatchNorm, Linear } from "../../networks/layers.ts";
import { isScored } from "../observation/layers.ts";
import type { Initialization } from "./configuration.ts";

/**
 * A weight [outputs, inputs/groups, ...kernel].
 * - `default`: PyTorch's, U(±1/√fan_in);
 * - Xavier: uniform U(±√(6/(fan_in + fan_out))) or normal of the same variance;
 * - Kaiming: fan-out with the gain of ReLU, U(±√(6/fan_out)) or N(0, 2/fan_out).
 */
export function drawnWeight(how: Initialization, shape: readonly number[], generator: Generator): Tensor {
  const [outputs = 1, inputs = 1, ...kernel] = shape;
  const area = kernel.reduce((product, side) => product * side, 1);
  const [fanIn, fanOut] = [inputs * area, outputs * area];
  const variance = { default: 1 / (3 * fanIn), xavier: 2 / (fanIn + fanOut), kaiming: 2 / fanOut };
  const [family, form] = how.split("_") as [keyof typeof variance, "uniform" | "normal" | undefined];
  const deviation = Math.sqrt(variance[family]);
  return scope(() => {
    const drawn =
      form === "normal"
        ? mulScalar(randn(shape, generator), deviation)
        : mulScalar(addScalar(rand(shape, generator), -0.5), 2 * Math.sqrt(3) * deviation);
    // Images are channels-last in memory, and so are the kernels that meet them.
    return shape.length === 4 ? contiguous(drawn, { memoryFormat: "channels_last" }) : drawn;
  });
}

/** A bias: U(±1/√fan_in) by default, 0.01 with Xavier, 0 with Kaiming. */
export function drawnBias(how: Initialization, size: number, fanIn: number, generator: Generator): Tensor {
  if (how === "default") {
    return scope(() => mulScalar(addScalar(rand([size], generator), -0.5), 2 / Math.sqrt(fanIn)));
  }
  return fill_(zeros([size]), how.startsWith("xavier") ? 0.01 : 0);
}

/** Fresh values for all weights and statistics of a network, to stand in for its own: batch norm as it is when new. */
export function freshState(network: Module, how: Initialization, generator: Generator): Map<Tensor, Tensor> {
  return noGrad(() => {
    const fresh = new Map<Tensor, Tensor>();
    const like = (own: Tensor, values: Tensor): void =>
      void fresh.set(own, to(values, { dtype: own.dtype, device: own.device }));
    const filled = (own: Tensor | undefined, value: number): void => {
      if (own !== undefined) like(own, fill_(zeros(own.shape), value));
    };
    for (const module of network.modules()) {
      if (isScored(module)) like(module.weight, drawnWeight(how, module.weight.shape, generator));
      if (module instanceof Linear) {
        const [outputs = 0, inputs = 0] = module.weight.shape;
        like(module.bias, drawnBias(how, outputs, inputs, generator));
      }
      if (!(module instanceof BatchNorm)) continue;
      filled(module.weight, 1);
      filled(module.bias, 0);
      filled(module.runningMean, 0);
      filled(module.runningVariance, 1);
    }
    return fresh;
  });
}
