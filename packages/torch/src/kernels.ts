/** Our own kernels, for the hot operations where a measurement showed the library far from the machine's limit. */
import { call, operator } from "./dispatch.ts";
import type { Tensor } from "./tensor.ts";

const reluCodesOperator = operator("archwright::relu_codes");
const hammingOperator = operator("archwright::hamming");
const separableSumOperator = operator("archwright::separable_sum_");
const conv3x3SumOperator = operator("archwright::conv3x3_sum_");

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
