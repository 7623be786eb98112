/** A trained network as a list of plain operations with their weights, in the order they run: what exports are written from. */

/** Weights as they leave libtorch: row-major. */
export interface Weight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

export type ExportOperation =
  | {
      readonly kind: "conv";
      /** [outputs, inputs/groups, height, width]. */
      readonly weight: Weight;
      /** [outputs]; none until a batch norm is folded in. */
      readonly bias?: Float32Array;
      readonly stride: readonly [number, number];
      readonly padding: readonly [number, number];
      readonly dilation: number;
      readonly groups: number;
    }
  /** scale·x + shift for each channel: batch norm in evaluation mode. */
  | { readonly kind: "affine"; readonly scale: Float64Array; readonly shift: Float64Array }
  /** max(x, 0), and min(·, `limit`) where there is one. */
  | { readonly kind: "relu"; readonly limit?: number }
  /** Padded cells do not count in an average. */
  | {
      readonly kind: "pool";
      readonly mode: "max" | "average";
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: "add" }
  /** Along channels. */
  | { readonly kind: "concat" }
  /** The first `channels` channels. */
  | { readonly kind: "first-channels"; readonly channels: number }
  /** Without the first row and column. */
  | { readonly kind: "crop" }
  /** With a row and a column of zeros behind the last. */
  | { readonly kind: "extend" }
  /** Mean over height and width: [batch, channels]. */
  | { readonly kind: "global-average" }
  /** y = xWᵀ + b; weight: [outputs, inputs]. */
  | { readonly kind: "linear"; readonly weight: Weight; readonly bias: Float32Array };

export interface ExportNode {
  /** Unique; also the name of its output. */
  readonly name: string;
  readonly operation: ExportOperation;
  /** `images`, or names of earlier nodes. */
  readonly inputs: readonly string[];
}

/** [batch, 3, size, size] images in, logits out: the last node. */
export interface ExportGraph {
  readonly nodes: readonly ExportNode[];
}

/** Name of the input. */
export const IMAGES = "images";
