/** Our own kernels, for the hot operations where a measurement showed the library far from the machine's limit. */
import { call, operator } from "./dispatch.ts";
import { empty } from "./operators.generated.ts";
import type { Tensor } from "./tensor.ts";

const reluCodesOperator = operator("archwright::relu_codes");
const hammingOperator = operator("archwright::hamming");
const separableSumOperator = operator("archwright::separable_sum_");
const conv3x3SumOperator = operator("archwright::conv3x3_sum_");
const separableReluCodesOperator = operator("archwright::separable_relu_codes");
const pool3x3Operator = operator("archwright::pool3x3");
const mixOperator = operator("archwright::mix");
const separableBranchesOperator = operator("archwright::separable_branches");
const denseBranchesOperator = operator("archwright::dense_branches");
const poolBranchOperator = operator("archwright::pool_branch");
const mixtureOperator = operator("archwright::mixture");
const trackMomentsOperator = operator("archwright::track_moments_");
const hyperDualNormOperator = operator("archwright::hyper_dual_norm");
const hyperDualReluOperator = operator("archwright::hyper_dual_relu");

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

/** A feature map of a supernet in train mode, with what normalizing it needs. */
export interface Branch {
  /** [batch, channels, height, width]. */
  readonly output: Tensor;
  /** [2, channels]: means and biased variances over the minibatch. Gradients flow through `output` alone. */
  readonly moments: Tensor;
}

/** One convolution that leaves a feature map; padded to keep the size at stride 1. */
export interface SeparableBranch {
  /** [channels, 1, k, k] with k 3, 5 or 7; without it the pointwise convolution is all. */
  readonly depthwise?: Tensor | undefined;
  /** [outputs, channels, 1, 1]. */
  readonly pointwise: Tensor;
  /** 1 or 2. */
  readonly dilation: number;
}

/**
 * pointwise · (depthwise ∗ ReLU(x)) for every branch, with gradients; float32 on the CPU.
 * With `moments`, those of x, x is first normalized by them: (x − mean) / √(variance + 1e-5).
 */
export function separableBranches(
  x: Tensor,
  branches: readonly SeparableBranch[],
  options: { stride?: 1 | 2; moments?: Tensor | undefined } = {},
): Branch[] {
  using none = empty([0]);
  const [outputs, moments] = call(separableBranchesOperator, [
    x,
    options.moments,
    branches.map(({ depthwise }) => depthwise ?? none),
    branches.map(({ pointwise }) => pointwise),
    options.stride ?? 1,
    branches.map(({ dilation }) => dilation),
  ]) as [Tensor[], Tensor[]];
  return outputs.map((output, i) => ({ output, moments: moments[i] as Tensor }));
}

/**
 * conv3×3(ReLU(x), weight), stride 1, padding 1, for every weight [outputs, channels, 3, 3], with gradients; float32 on
 * the CPU, channels and outputs multiples of 16, outputs the same for all.
 */
export function denseBranches(x: Tensor, weights: readonly Tensor[]): Branch[] {
  const [outputs, moments] = call(denseBranchesOperator, [x, weights]) as [Tensor[], Tensor[]];
  return outputs.map((output, i) => ({ output, moments: moments[i] as Tensor }));
}

/** {@link pool3x3} with gradients. */
export function poolBranch(x: Tensor, mode: "max" | "average", stride: 1 | 2): Branch {
  const [output, moments] = call(poolBranchOperator, [x, mode === "average", stride]) as [Tensor, Tensor];
  return { output, moments };
}

/** One term of a {@link mixture}. */
export interface MixtureTerm {
  /** [batch, channels, height, width]. */
  readonly output: Tensor;
  /** Where the term is to be normalized by them first. */
  readonly moments?: Tensor | undefined;
  /** Index of its weight among all elements of the weights. */
  readonly position: number;
}

/** Σ weight · term, with gradients for the terms and the weights; float32 on the CPU. */
export function mixture(terms: readonly MixtureTerm[], weights: Tensor): Tensor {
  using none = empty([0]);
  return call(mixtureOperator, [
    terms.map(({ output }) => output),
    terms.map(({ moments }) => moments ?? none),
    weights,
    terms.map(({ position }) => position),
  ]) as Tensor;
}

/** Running statistics of one batch normalization, and what they are to move towards. */
export interface TrackedMoments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly branch: Branch;
}

/** mean ← (1 − momentum)·mean + momentum·(the minibatch's), and the same for the unbiased variance, in place. */
export function trackMoments_(all: readonly TrackedMoments[], momentum: number): void {
  if (all.length === 0) return;
  call(trackMomentsOperator, [
    all.map(({ mean }) => mean),
    all.map(({ variance }) => variance),
    all.map(({ branch }) => branch.moments),
    all.map(({ branch }) => branch.output.size / (branch.output.shape[1] as number)),
    momentum,
  ]);
}

/**
 * Batch normalization, by the minibatch's own statistics, of values that carry their derivatives along two directions:
 * `x` [4·batch, channels, height, width] holds the values, their ∂s, their ∂t and their ∂s∂t; float32 channels-last.
 */
export function hyperDualNorm(
  x: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  epsilon: number,
): Tensor {
  return call(hyperDualNormOperator, [x, weight, bias, epsilon]) as Tensor;
}

/** min(max(x, 0), limit) of the same. */
export function hyperDualRelu(x: Tensor, limit = Number.POSITIVE_INFINITY): Tensor {
  return call(hyperDualReluOperator, [x, limit]) as Tensor;
}
