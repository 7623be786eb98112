/** A k×k convolution's field of view from a row and a column of weights. */
import { conv2d, type Generator, Module, type Tensor } from "@archwright/torch";
import type { ForwardContext, Transform } from "./context.ts";
import { uniformWeight } from "./initialization.ts";

/** Conv 1×k with stride (1, s), then conv k×1 with stride (s, 1), without bias (space-nds §3.2). */
export class FactoredConv extends Module implements Transform {
  /** [channels, channels, 1, k]. */
  readonly row: Tensor;
  /** [channels, channels, k, 1]. */
  readonly column: Tensor;
  readonly kernel: number;
  readonly stride: number;

  constructor(channels: number, kernel: number, stride: number, generator: Generator) {
    super();
    this.row = uniformWeight([channels, channels, 1, kernel], generator);
    this.column = uniformWeight([channels, channels, kernel, 1], generator);
    this.kernel = kernel;
    this.stride = stride;
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const { row, column, kernel, stride } = this;
    const padding = (kernel - 1) / 2;
    const across = conv2d(x, row, { stride: [1, stride], padding: [0, padding] });
    const output = conv2d(across, column, { stride: [stride, 1], padding: [padding, 0] });
    context.onOutput?.(this, output);
    return output;
  }
}
