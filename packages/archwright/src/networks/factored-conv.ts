/** A k×k convolution's field of view from a row and a column of weights. */
import { conv2d, type Generator, Module, type Tensor } from "@archwright/torch";
import type { ForwardContext, Transform } from "./context.ts";
import { uniformWeight } from "./initialization.ts";

/** Conv 1×k with stride (1, s), then conv k×1 with stride (s, 1), without bias (space-nds §3.2). */
export class FactoredConv extends Module implements Transform {
  readonly row: LineConv;
  readonly column: LineConv;

  constructor(channels: number, kernel: number, stride: number, generator: Generator) {
    super();
    this.row = new LineConv(channels, { kernel: [1, kernel], stride: [1, stride] }, generator);
    this.column = new LineConv(channels, { kernel: [kernel, 1], stride: [stride, 1] }, generator);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    return this.column.forward(this.row.forward(x, context), context);
  }
}

type Pair = readonly [height: number, width: number];

/** A convolution along one direction, padded to keep the size at stride 1, without bias. */
export class LineConv extends Module implements Transform {
  /** [channels, channels, 1, k] or [channels, channels, k, 1]. */
  readonly weight: Tensor;
  readonly stride: Pair;
  readonly padding: Pair;

  constructor(channels: number, { kernel, stride }: { kernel: Pair; stride: Pair }, generator: Generator) {
    super();
    this.weight = uniformWeight([channels, channels, ...kernel], generator);
    this.stride = stride;
    this.padding = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const { weight, stride, padding } = this;
    const convolve = (input: Tensor, kernel: Tensor): Tensor => conv2d(input, kernel, { stride, padding });
    const output = context.hyperDual?.product(x, weight, convolve) ?? convolve(x, weight);
    context.onOutput?.(this, output);
    return output;
  }
}
