/** Rewrites an operation for inference: batch norm folded away, layers fused into what a node can sum up. */
import {
  add,
  addScalar,
  cat,
  clone,
  div,
  mul,
  neg,
  pad,
  reciprocal,
  reshape,
  scope,
  sqrt,
  type Tensor,
} from "@archwright/torch";
import type { Transform } from "../context.ts";
import { BatchNorm, Conv, FactorizedReduce, Identity, Pool, ReLU, Sequence, Zero } from "../layers.ts";

/** ReLU, depthwise convolution, 1×1 convolution, with the batch norm that follows folded in. */
export interface SeparableHalf {
  readonly kind: "separable";
  /** [channels, 1, k, k]. */
  readonly depthwise: Tensor;
  /** [outputs, channels, 1, 1]. */
  readonly pointwise: Tensor;
  /** [outputs], or undefined where it is zero. */
  readonly bias: Tensor | undefined;
  readonly stride: number;
  readonly dilation: number;
}

/** ReLU and one dense convolution, with the batch norm that follows folded in. */
export interface DenseHalf {
  readonly kind: "dense";
  /** [outputs, inputs, k, k]. */
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

export type Half = SeparableHalf | DenseHalf;

/** `scale` times the input, or times the pooled input. */
export interface LoweredScaled {
  readonly kind: "scaled";
  readonly pool: Pool | undefined;
  readonly scale: number;
}

/** What an operation is in evaluation mode. */
export type Lowered =
  /** Contributes nothing. */
  | { readonly kind: "nothing" }
  | LoweredScaled
  /** ReLU-convolution halves, one after the other. */
  | { readonly kind: "chain"; readonly halves: readonly Half[] }
  /** Anything else: run as it is. */
  | { readonly kind: "opaque"; readonly transform: Transform };

/**
 * The same function as `transform.forward` in eval mode, up to rounding: BN(Wx) = (γ/σ·W)x + (β - γμ/σ). The folded
 * weights ({@link foldedTensors}) belong to the caller; it must be lowered again when weights change.
 */
export function lower(transform: Transform): Lowered {
  if (transform instanceof FactorizedReduce) return { kind: "chain", halves: [lowerReduce(transform)] };
  if (transform instanceof Identity) return { kind: "scaled", pool: undefined, scale: 1 };
  if (!(transform instanceof Sequence)) return { kind: "opaque", transform };
  const { layers } = transform;
  if (layers.length === 1 && layers[0] instanceof FactorizedReduce) return lower(layers[0]);
  return lowerScaled(layers) ?? lowerChain(layers) ?? { kind: "opaque", transform };
}

/** The tensors that lowering made. */
export function foldedTensors(lowered: Lowered): Tensor[] {
  if (lowered.kind !== "chain") return [];
  return lowered.halves.flatMap((half) => {
    const weight = half.kind === "separable" ? half.pointwise : half.weight;
    return half.bias === undefined ? [weight] : [weight, half.bias];
  });
}

/** Identities, zeros and pools, possibly normalized by one factor for all channels. */
function lowerScaled(layers: readonly Transform[]): Lowered | undefined {
  const [first, second, ...rest] = layers;
  if (rest.length > 0) return undefined;
  if (first instanceof Zero && second === undefined) return { kind: "nothing" };
  const pool = first instanceof Pool ? first : undefined;
  if (pool === undefined && !(first instanceof Identity)) return undefined;
  if (second === undefined) return { kind: "scaled", pool, scale: 1 };
  if (!(second instanceof BatchNorm)) return undefined;
  const factor = uniformFactor(second);
  return factor === undefined ? undefined : { kind: "scaled", pool, scale: factor };
}

/** The one number that the norm multiplies every channel with, if there is no shift and it is the same for all. */
function uniformFactor(norm: BatchNorm): number | undefined {
  return scope(() => {
    const { scale, shift } = fold(norm);
    const [first = 1, ...others] = scale.toArray();
    const uniform = others.every((value) => value === first) && shift.toArray().every((value) => value === 0);
    return uniform ? first : undefined;
  });
}

function lowerChain(layers: readonly Transform[]): Lowered | undefined {
  const halves: Half[] = [];
  let rest = layers;
  while (rest.length > 0) {
    const [relu, conv, ...after] = rest;
    if (!(relu instanceof ReLU) || !(conv instanceof Conv)) return undefined;
    const depthwise = conv.groups > 1 ? conv : undefined;
    const dense = depthwise === undefined ? conv : after.shift();
    if (!(dense instanceof Conv) || dense.groups > 1) return undefined;
    if (depthwise !== undefined && (dense.weight.shape[2] !== 1 || dense.stride !== 1 || !isDepthwise(depthwise))) {
      return undefined;
    }
    const norm = after[0] instanceof BatchNorm ? (after.shift() as BatchNorm) : undefined;
    halves.push(depthwise === undefined ? lowerDense(dense, norm) : lowerSeparable(depthwise, dense, norm));
    rest = after;
  }
  return halves.length === 0 ? undefined : { kind: "chain", halves };
}

/** One filter a channel, padded to keep the size at stride 1. */
function isDepthwise({ weight, groups, padding, dilation }: Conv): boolean {
  const [outputs, perGroup, kernel = 1] = weight.shape;
  return outputs === groups && perGroup === 1 && padding === (dilation * (kernel - 1)) / 2;
}

function lowerDense(conv: Conv, norm: BatchNorm | undefined): DenseHalf {
  const { stride, padding, dilation } = conv;
  return { kind: "dense", ...folded(conv.weight, norm), stride, padding, dilation };
}

function lowerSeparable(depthwise: Conv, pointwise: Conv, norm: BatchNorm | undefined): SeparableHalf {
  const { weight, bias } = folded(pointwise.weight, norm);
  const { stride, dilation } = depthwise;
  return { kind: "separable", depthwise: depthwise.weight, pointwise: weight, bias, stride, dilation };
}

/**
 * The two offset 1×1 stride-2 convolutions are one 2×2 stride-2 convolution: half of the filters have only their upper
 * left weight, the others only their lower right.
 */
function lowerReduce({ even, odd, norm }: FactorizedReduce): DenseHalf {
  const { weight, bias } = scope(() => {
    const upperLeft = pad(even.weight, [0, 1, 0, 1]);
    const lowerRight = pad(odd.weight, [1, 0, 1, 0]);
    return folded(cat([upperLeft, lowerRight], { dim: 0 }), norm);
  });
  return { kind: "dense", weight, bias, stride: 2, padding: 0, dilation: 1 };
}

function folded(weight: Tensor, norm: BatchNorm | undefined): { weight: Tensor; bias: Tensor | undefined } {
  if (norm === undefined) return { weight: clone(weight), bias: undefined };
  return scope(() => {
    const { scale, shift } = fold(norm);
    const zero = shift.toArray().every((value) => value === 0);
    return { weight: mul(weight, reshape(scale, [-1, 1, 1, 1])), bias: zero ? undefined : shift };
  });
}

/** BN(x) = scale·x + shift in evaluation mode. */
function fold(norm: BatchNorm): { scale: Tensor; shift: Tensor } {
  return scope(() => {
    const deviation = sqrt(addScalar(norm.runningVariance, BatchNorm.epsilon));
    const scale = norm.weight === undefined ? reciprocal(deviation) : div(norm.weight, deviation);
    const centre = neg(mul(norm.runningMean, scale));
    return { scale, shift: norm.bias === undefined ? centre : add(centre, norm.bias) };
  });
}
