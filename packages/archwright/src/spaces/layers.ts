/** Layers as data: what an operation of a search space is made of, without any weights. */

/**
 * One layer of a candidate operation. `channels` never change inside an operation; a `strided` layer is the one
 * that carries the edge's stride.
 */
export type Layer =
  | { readonly kind: "relu" }
  | {
      readonly kind: "conv";
      readonly kernel: number;
      readonly dilation: number;
      readonly depthwise: boolean;
      readonly strided: boolean;
    }
  /** A 1×k and a k×1 convolution, the first with the stride along the rows, the second along the columns. */
  | { readonly kind: "factored-conv"; readonly kernel: number }
  | { readonly kind: "batch-norm" }
  | { readonly kind: "pool"; readonly mode: "max" | "average"; readonly kernel: number }
  | { readonly kind: "identity" }
  | { readonly kind: "zero" }
  | { readonly kind: "noise" }
  | { readonly kind: "factorized-reduce" };

/** Where an operation stands: decides its stride and whether search-only layers are present. */
export interface OperationContext {
  readonly stride: 1 | 2;
  /** `search`: inside a supernet (or a network of the search's size). `evaluation`: the network that is trained. */
  readonly purpose: Purpose;
}

export type Purpose = "search" | "evaluation";

/** A candidate operation: the layers it consists of at a given place, applied in order. */
export type Operation = (context: OperationContext) => readonly Layer[];

export const relu = (): Layer => ({ kind: "relu" });
export const batchNorm = (): Layer => ({ kind: "batch-norm" });
export const identity = (): Layer => ({ kind: "identity" });
export const zero = (): Layer => ({ kind: "zero" });
/** Fresh N(0,1) of the (strided) input's shape, independent of the input (space-robust-s1-s4 §1). */
export const noise = (): Layer => ({ kind: "noise" });
/** ReLU, two offset 1×1 stride-2 convolutions of half the channels each, concatenated, batch norm (space-darts §2). */
export const factorizedReduce = (): Layer => ({ kind: "factorized-reduce" });

/** Dense convolution, padded to keep the size at stride 1, without bias. */
export const conv = (kernel: number, options: { strided?: boolean; dilation?: number } = {}): Layer => ({
  kind: "conv",
  kernel,
  dilation: options.dilation ?? 1,
  depthwise: false,
  strided: options.strided ?? false,
});

/** Depthwise convolution, padded to keep the size at stride 1, without bias. */
export const depthwise = (kernel: number, options: { strided?: boolean; dilation?: number } = {}): Layer => ({
  kind: "conv",
  kernel,
  dilation: options.dilation ?? 1,
  depthwise: true,
  strided: options.strided ?? false,
});

/** Pooling with the edge's stride, padding (kernel-1)/2; padded cells do not count in an average. */
export const pool = (mode: "max" | "average", kernel: number): Layer => ({ kind: "pool", mode, kernel });

/** Dense 1×k, then k×1 convolution without norm or activation between, with the edge's stride (space-nds §3.2). */
export const factoredConv = (kernel: number): Layer => ({ kind: "factored-conv", kernel });
