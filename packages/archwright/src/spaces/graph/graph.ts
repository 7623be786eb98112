/** A whole network as data: layers in order, each applied to what earlier ones gave. No weights. */

/** What a node computes from its inputs. Convolutions have no bias; sizes are [batch, channels, height, width]. */
export type GraphLayer =
  /** The images; only node 0. */
  | { readonly kind: "images" }
  | {
      readonly kind: "conv";
      readonly inputs: number;
      readonly outputs: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
      readonly groups: number;
    }
  | { readonly kind: "batch-norm"; readonly channels: number; readonly epsilon: number; readonly momentum: number }
  /** max(x, 0), and min(·, `limit`) where there is one (ReLU6). */
  | { readonly kind: "relu"; readonly limit?: number }
  | {
      readonly kind: "pool";
      readonly mode: "max" | "average";
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  /** Zeros of `channels` channels at ⌈size/stride⌉. */
  | { readonly kind: "zero"; readonly channels: number; readonly stride: number }
  /** The first `channels` channels. */
  | { readonly kind: "first-channels"; readonly channels: number }
  /** x[i+1, j+1] at (i, j), zero in the last row and column. */
  | { readonly kind: "shift" }
  | { readonly kind: "sum" }
  /** Along channels. */
  | { readonly kind: "concat" }
  /** Mean over height and width, then y = xWᵀ + b: [batch, outputs]. Only the last node. `bias`: whether there is b. */
  | { readonly kind: "classifier"; readonly inputs: number; readonly outputs: number; readonly bias: boolean };

export interface GraphNode {
  readonly layer: GraphLayer;
  /** Numbers of earlier nodes. */
  readonly inputs: readonly number[];
}

/**
 * How convolutions start.
 * - `uniform`: U(-1/√fan_in, 1/√fan_in), PyTorch's default.
 * - `fan-out`: N(0, 2/(k²·C_out)), He et al. 2015 (pycls, the MobileNet-like space, TransNAS-Bench-101).
 * - `fan-in`: N(0, 2/fan_in), He et al. 2015 (ENAS).
 * - `fan-in-truncated`: N(0, 1/fan_in), truncated at two deviations (TensorFlow's variance scaling, NAS-Bench-101).
 */
export type ConvInitialization = "uniform" | "fan-out" | "fan-in" | "fan-in-truncated";

/** `uniform`: PyTorch's default. `normal-0.01`: N(0, 0.01²) and no bias at first (pycls). `fan-in`: N(0, 2/fan_in). */
export type LinearInitialization = "uniform" | "normal-0.01" | "fan-in";

/** A network of 3-channel images; its last node is the classifier. Made by {@link GraphBuilder}. */
export interface NetworkGraph {
  readonly nodes: readonly GraphNode[];
  /** Nodes whose output is that of the stem or of a block, in order; one that passes its input on repeats its node. */
  readonly blocks: readonly number[];
  /** Those of {@link blocks} that end a stage: the deepest is the last. */
  readonly stages: ReadonlySet<number>;
  readonly initialization: { readonly conv: ConvInitialization; readonly linear: LinearInitialization };
}
