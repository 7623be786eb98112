/** Layers that only network graphs have. */
import { clamp, pad, slice, type Tensor, to, zeros } from "@archwright/torch";
import type { ForwardContext } from "../context.ts";
import { BatchNorm, ReLU, stridedShape } from "../layers.ts";

/**
 * min(max(x, 0), limit): ReLU6 with a limit of 6. No limit in mode `off`: without batch norm activations grow far beyond it,
 * and nothing would flow through.
 */
export class LimitedReLU extends ReLU {
  readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  override forward(x: Tensor, context: ForwardContext): Tensor {
    context.onReLU?.(x);
    const max = context.mode === "off" ? {} : { max: this.limit };
    const output = context.hyperDual?.relu(x, this.limit) ?? clamp(x, { min: 0, ...max });
    context.onOutput?.(this, output);
    return output;
  }
}

/** Batch norm, with scale and shift, that has its own ε and momentum. */
export class TunedBatchNorm extends BatchNorm {
  readonly ownEpsilon: number;
  readonly momentum: number;

  constructor(channels: number, epsilon: number, momentum: number) {
    super(channels, true);
    this.ownEpsilon = epsilon;
    this.momentum = momentum;
  }

  override forward(x: Tensor, context: ForwardContext): Tensor {
    return this.normalize(x, context, this.momentum, this.ownEpsilon);
  }
}

/** x[i+1, j+1] at (i, j), zero in the last row and column. `x`: [batch, channels, height, width]. */
export function shifted(x: Tensor): Tensor {
  return slice(slice(pad(x, [0, 1, 0, 1]), { dim: 2, start: 1 }), { dim: 3, start: 1 });
}

/** [batch, channels, ⌈height/stride⌉, ⌈width/stride⌉] zeros. */
export function zerosLikeMap(x: Tensor, channels: number, stride: number): Tensor {
  const [batch = 0, , height = 0, width = 0] = stridedShape(x, stride);
  const empty = zeros([batch, channels, height, width], { dtype: x.dtype, device: x.device });
  return to(empty, { memoryFormat: "channels_last" });
}
