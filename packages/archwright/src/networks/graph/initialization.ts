/** Initial weights of network graphs that do not start as PyTorch's layers do. */
import {
  abs,
  any,
  copy_,
  fill_,
  type Generator,
  gt,
  mulScalar,
  noGrad,
  randn,
  scope,
  type Tensor,
  where,
} from "@archwright/torch";
import type { ConvInitialization, LinearInitialization } from "../../spaces/graph/graph.ts";
import type { Conv, Linear } from "../layers.ts";

/** Deviation of N(0,1) truncated at two deviations. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/** Draws the weights anew; `uniform` is what a convolution is made with. */
export function initializeConv(conv: Conv, how: ConvInitialization, generator: Generator): void {
  if (how === "uniform") return;
  const [outputs = 0, perGroup = 0, kernel = 0] = conv.weight.shape;
  if (how === "fan-out") {
    assign(conv.weight, (shape) => mulScalar(randn(shape, generator), Math.sqrt(2 / (outputs * kernel ** 2))));
  } else if (how === "fan-in") {
    assign(conv.weight, (shape) => mulScalar(randn(shape, generator), Math.sqrt(2 / (perGroup * kernel ** 2))));
  } else {
    const deviation = Math.sqrt(1 / (perGroup * kernel ** 2));
    assign(conv.weight, (shape) => mulScalar(truncatedNormal(shape, generator), deviation / TRUNCATED_DEVIATION));
  }
}

export function initializeLinear(linear: Linear, how: LinearInitialization, generator: Generator): void {
  if (how === "uniform") return;
  const deviation = how === "fan-in" ? Math.sqrt(2 / (linear.weight.shape[1] as number)) : 0.01;
  assign(linear.weight, (shape) => mulScalar(randn(shape, generator), deviation));
  noGrad(() => fill_(linear.bias, 0));
}

function assign(weight: Tensor, draw: (shape: readonly number[]) => Tensor): void {
  scope(() => noGrad(() => void copy_(weight, draw(weight.shape))));
}

/** N(0,1) without what lies beyond ±2: such values are drawn again. */
function truncatedNormal(shape: readonly number[], generator: Generator): Tensor {
  let values = randn(shape, generator);
  for (;;) {
    const outside = gt(abs(values), 2);
    if (any(outside).item() === 0) return values;
    values = where(outside, randn(shape, generator), values);
  }
}
