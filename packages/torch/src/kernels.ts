/** Our own kernels, for the hot operations where a measurement showed the library far from the machine's limit. */
import { call, operator } from "./dispatch.ts";
import type { Tensor } from "./tensor.ts";

const reluCodesOperator = operator("archwright::relu_codes");
const hammingOperator = operator("archwright::hamming");
const separableSumOperator = operator("archwright::separable_sum_");
const conv3x3SumOperator = operator("archwright::conv3x3_sum_");
const separableReluCodesOperator = operator("archwright::separable_relu_codes");
const pool3x3Operator = operator("archwright::pool3x3");
const mixOperator = operator("archwright::mix");

/**
 * ReLU of a float32 CPU tensor [batch, ...], and the signs of its elements packed into int64 [batch, ⌈n/64⌉] (bit set
 * where x > 0, in memory order), from one pass over memory.
 */
export function reluCodes(x: Tensor): [relu: Tensor, codes: Tensor] {
  return call(reluCodesOperator, [x]) as [Tensor, Tensor];
}

/** Pairwise Hamming distances, int32 [batch, batch], of packed codes int64 [batch, words]. */
export function hamming(codes: Tensor): Tensor {
  return call(hammingOperator, [codes]) as Tensor;
}

/** One depthwise-separable convolution of a sum; padded to keep the size at stride 1. */
export interface SeparableTerm {
  /** [batch, channels, height, width], channels-last, float32. */
  readonly input: Tensor;
  /** [channels, 1, k, k]. */
  readonly depthwise: Tensor;
  /** [outputs, channels, 1, 1]. */
  readonly pointwise: Tensor;
  readonly stride: number;
  readonly dilation: number;
}

/** Adds Σ pointwise · (depthwise ∗ input) to `out` [batch, outputs, ⌈height/stride⌉, ⌈width/stride⌉], channels-last. */
export function separableSum_(out: Tensor, terms: readonly SeparableTerm[]): Tensor {
  return call(separableSumOperator, [
    out,
    terms.map((t) => t.input),
    terms.map((t) => t.depthwise),
    terms.map((t) => t.pointwise),
    terms.map((t) => t.stride),
    terms.map((t) => t.dilation),
  ]) as Tensor;
}

/** Adds Σ conv3×3(input, weight), stride 1, padding 1, to `out`; channels-last float32, channels multiples of 16. */
export function conv3x3Sum_(out: Tensor, inputs: readonly Tensor[], weights: readonly Tensor[]): Tensor {
  return call(conv3x3SumOperator, [out, inputs, weights]) as Tensor;
}

/** {@link reluCodes} of one separable convolution, without writing the convolution itself to memory. */
export function separableReluCodes(term: SeparableTerm): [relu: Tensor, codes: Tensor] {
  const { input, depthwise, pointwise, stride, dilation } = term;
  return call(separableReluCodesOperator, [input, depthwise, pointwise, stride, dilation]) as [Tensor, Tensor];
}

/** 3×3 pooling with padding 1 of float32 channels-last; padded cells do not count in an average. */
export function pool3x3(x: Tensor, mode: "max" | "average", stride: 1 | 2): Tensor {
  return call(pool3x3Operator, [x, mode === "average", stride]) as Tensor;
}

/**
 * Σ identity[i] · inputs[i] + Σ average[i] · avgPool3×3(inputs[i]) (stride 1, padding 1, padded cells not counted) of
 * float32 channels-last tensors of one shape, in one pass over memory.
 */
export function mix(inputs: readonly Tensor[], identity: readonly number[], average: readonly number[]): Tensor {
  return call(mixOperator, [inputs, identity, average]) as Tensor;
}
