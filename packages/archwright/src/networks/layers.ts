/** The layers of Archwright's networks, with weights. */
import {
  adaptiveAvgPool2d,
  batchNorm,
  cat,
  conv2d,
  flatten,
  type Generator,
  linear,
  Module,
  randn,
  relu,
  slice,
  type Tensor,
  to,
  zeros,
} from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import type { ForwardContext, Transform } from "./context.ts";
import { imagesOf } from "./hyper-dual.ts";
import {
  onesBuffer,
  onesParameter,
  uniformBias,
  uniformWeight,
  zerosBuffer,
  zerosParameter,
} from "./initialization.ts";
import { pooled } from "./pooling.ts";

export class ReLU extends Module implements Transform {
  forward(x: Tensor, context: ForwardContext): Tensor {
    context.onReLU?.(x);
    return observed(this, context.hyperDual?.relu(x) ?? relu(x), context);
  }
}

export interface ConvOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
  /** Zero padding. @default dilation·(kernel-1)/2, which keeps the size at stride 1 */
  readonly padding?: number;
}

/** 2-D convolution without bias. */
export class Conv extends Module implements Transform {
  readonly weight: Tensor;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;

  constructor(options: ConvOptions, generator: Generator) {
    super();
    const { inputs, outputs, kernel, stride = 1, dilation = 1, groups = 1 } = options;
    this.weight = uniformWeight([outputs, inputs / groups, kernel, kernel], generator);
    this.stride = stride;
    this.padding = options.padding ?? (dilation * (kernel - 1)) / 2;
    this.dilation = dilation;
    this.groups = groups;
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const { weight, padding, dilation, groups } = this;
    const thinned = this.stride > 1 && padding === 0 && weight.shape[2] === 1;
    const stride = thinned ? 1 : this.stride;
    const convolve = (input: Tensor, kernel: Tensor): Tensor =>
      conv2d(thinned ? everyNth(input, this.stride) : input, kernel, { stride, padding, dilation, groups });
    return observed(this, context.hyperDual?.product(x, weight, convolve) ?? convolve(x, weight), context);
  }
}

/**
 * Every n-th row and column: what a strided 1×1 convolution reads. Taken beforehand, because oneDNN 2.6 writes beyond its
 * scratch memory in the backward pass of strided 1×1 convolutions of less than 16 channels.
 */
const everyNth = (x: Tensor, step: number): Tensor => slice(slice(x, { dim: 2, step }), { dim: 3, step });

/** Batch normalization over [batch, height, width] with tracked statistics: momentum 0.1, ε = 1e-5 (space-darts §2). */
export class BatchNorm extends Module implements Transform {
  static readonly epsilon = 1e-5;
  static readonly momentum = 0.1;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;

  /** `affine`: learn a scale (initially 1) and a shift (initially 0). */
  constructor(channels: number, affine: boolean) {
    super();
    if (affine) {
      this.weight = onesParameter(channels);
      this.bias = zerosParameter(channels);
    }
    this.runningMean = zerosBuffer(channels);
    this.runningVariance = onesBuffer(channels);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    return this.normalize(x, context, BatchNorm.momentum, BatchNorm.epsilon);
  }

  protected normalize(x: Tensor, context: ForwardContext, momentum: number, epsilon: number): Tensor {
    const { mode } = context;
    // A handle of its own: networks free feature maps that have been read.
    if (mode === "off") return to(x, { dtype: x.dtype });
    if (context.hyperDual !== undefined) {
      if (mode !== "minibatch")
        throw new RangeError("derivatives are carried along by the minibatch's statistics only");
      return observed(this, context.hyperDual.normalized(x, this.weight, this.bias, epsilon), context);
    }
    const { weight = null, bias = null } = this;
    const tracked = mode !== "minibatch";
    const mean = tracked ? this.runningMean : null;
    const variance = tracked ? this.runningVariance : null;
    const share = context.momentum ?? momentum;
    const output = batchNorm(x, weight, bias, mean, variance, mode !== "eval", share, epsilon, true);
    return observed(this, output, context);
  }
}

/** Max or average pooling, padding (kernel-1)/2; padded cells do not count in an average. */
export class Pool extends Module implements Transform {
  readonly mode: "max" | "average";
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;

  constructor(mode: "max" | "average", kernel: number, stride: number, padding: number = (kernel - 1) / 2) {
    super();
    this.mode = mode;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const { mode, kernel, stride, padding } = this;
    const carried = mode === "max" ? context.hyperDual?.maxPool(x, kernel, { stride, padding }) : undefined;
    return observed(this, carried ?? pooled(x, this), context);
  }
}

export class Identity extends Module implements Transform {
  forward(x: Tensor): Tensor {
    return x;
  }
}

/** Zeros of the strided input's shape. */
export class Zero extends Module implements Transform {
  readonly stride: number;

  constructor(stride: number) {
    super();
    this.stride = stride;
  }

  forward(x: Tensor): Tensor {
    return to(zeros(stridedShape(x, this.stride), { dtype: x.dtype, device: x.device }), {
      memoryFormat: "channels_last",
    });
  }
}

/** Fresh N(0,1) of the strided input's shape, in training and evaluation (space-robust-s1-s4 §1). */
export class Noise extends Module implements Transform {
  readonly stride: number;

  constructor(stride: number) {
    super();
    this.stride = stride;
  }

  forward(x: Tensor, { random, hyperDual }: ForwardContext): Tensor {
    if (random === undefined) {
      throw new ArchwrightError("usage", "the noise operation needs a generator: pass `random` in the forward context");
    }
    const [batch = 0, ...map] = stridedShape(x, this.stride);
    const drawn = randn([hyperDual === undefined ? batch : imagesOf(batch), ...map], random);
    const noise = to(drawn, { dtype: x.dtype, device: x.device, memoryFormat: "channels_last" });
    return hyperDual?.constant(noise) ?? noise;
  }
}

/**
 * Halves the resolution without losing pixels: ReLU, two 1×1 stride-2 convolutions of half the channels each, the second
 * on the input shifted by one pixel, concatenated, batch norm (space-darts §2). Needs even height and width.
 */
export class FactorizedReduce extends Module implements Transform {
  readonly relu = new ReLU();
  readonly even: Conv;
  readonly odd: Conv;
  readonly norm: BatchNorm;

  constructor(inputs: number, outputs: number, affine: boolean, generator: Generator) {
    super();
    const half = { inputs, outputs: outputs / 2, kernel: 1, stride: 2 };
    this.even = new Conv(half, generator);
    this.odd = new Conv(half, generator);
    this.norm = new BatchNorm(outputs, affine);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    requireEvenSize(x);
    const active = this.relu.forward(x, context);
    const shifted = slice(slice(active, { dim: 2, start: 1 }), { dim: 3, start: 1 });
    return this.norm.forward(
      cat([this.even.forward(active, context), this.odd.forward(shifted, context)], { dim: 1 }),
      context,
    );
  }
}

/** Throws for a feature map that a factorized reduction cannot halve. */
export function requireEvenSize(x: Tensor): void {
  const [, , height = 0, width = 0] = x.shape;
  if (height % 2 === 0 && width % 2 === 0) return;
  throw new ArchwrightError("data", `a factorized reduction needs an even image size, got ${height}×${width}`);
}

/** y = xWᵀ + b; x: [batch, inputs]. */
export class Linear extends Module {
  readonly weight: Tensor;
  /** Zeros that are not trained where there is none. */
  readonly bias: Tensor;

  constructor(
    inputs: number,
    outputs: number,
    generator: Generator,
    { bias = true }: { readonly bias?: boolean } = {},
  ) {
    super();
    this.weight = uniformWeight([outputs, inputs], generator);
    this.bias = bias ? uniformBias(outputs, inputs, generator) : zerosBuffer(outputs);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const { weight, bias } = this;
    const { hyperDual } = context;
    const output =
      hyperDual === undefined
        ? linear(x, weight, { bias })
        : hyperDual.shifted(hyperDual.product(x, weight, linear), bias);
    return observed(this, output, context);
  }
}

/** Mean over height and width: [batch, channels]. */
export const globalAverage = (x: Tensor): Tensor => flatten(adaptiveAvgPool2d(x, [1, 1]), { startDim: 1 });

/** Layers applied in order. */
export class Sequence extends Module implements Transform {
  readonly layers: readonly (Module & Transform)[];

  constructor(layers: readonly (Module & Transform)[]) {
    super();
    this.layers = layers;
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    const output = this.layers.reduce((value, layer) => layer.forward(value, context), x);
    return observed(this, output, context);
  }
}

/** `output`, shown to whoever watches the pass. */
function observed(module: Module, output: Tensor, context: ForwardContext): Tensor {
  context.onOutput?.(module, output);
  return output;
}

/** [batch, channels, ⌈height/stride⌉, ⌈width/stride⌉]. */
export function stridedShape(x: Tensor, stride: number): number[] {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  return [batch, channels, Math.ceil(height / stride), Math.ceil(width / stride)];
}
