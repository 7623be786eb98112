/** What a forward pass is told besides its input. */
import type { Generator, Module, Tensor } from "@archwright/torch";
import type { HyperDual } from "./hyper-dual.ts";

export interface ForwardContext {
  /**
   * What batch norm does. `train`: it uses the minibatch's statistics and updates the running ones. `eval`: it uses the
   * running ones. `minibatch`: it uses the minibatch's statistics and leaves the running ones alone. `off`: it passes its
   * input on. The last two look at a network without changing it.
   */
  readonly mode: "train" | "eval" | "minibatch" | "off";
  /** Weight of a minibatch in running statistics, in place of every batch norm's own. For mode `train`. */
  readonly momentum?: number;
  /** Source of the `noise` operation, of drop-path and of dropout. Needed only by networks that have them. */
  readonly random?: Generator;
  /** Probability of dropping each operation's output for a sample, in train mode (space-darts §5). @default 0 */
  readonly dropPath?: number;
  /** Probability of dropping each of the classifier's inputs, in train mode. @default 0 */
  readonly dropout?: number;
  /**
   * Feature maps carry their derivatives along, as four minibatches in one. Batch norm must be in mode `minibatch` or `off`.
   */
  readonly hyperDual?: HyperDual;
  /** Called with the input of every ReLU that is executed, each time. The tensor is only lent. */
  readonly onReLU?: (input: Tensor) => void;
  /**
   * Called with what a convolution, linear layer, batch norm, ReLU, pool, sequence, stem or block has made, each time one
   * has run. The tensor is only lent.
   */
  readonly onOutput?: (module: Module, output: Tensor) => void;
  /**
   * Called with what the stem and every block of a network has made, in order, and whether a stage ends there. The tensor is
   * only lent.
   */
  readonly onBlock?: (output: Tensor, endsStage: boolean) => void;
  /** Called with the feature map that global average pooling takes. The tensor is only lent. */
  readonly onFeatures?: (features: Tensor) => void;
}

/** A layer or an operation: images in, images out, [batch, channels, height, width]. */
export interface Transform {
  forward(x: Tensor, context: ForwardContext): Tensor;
}
