/** What a forward pass is told besides its input. */
import type { Generator, Tensor } from "@archwright/torch";

export interface ForwardContext {
  /** `train`: batch norm uses the minibatch's statistics and updates the running ones. `eval`: it uses the running ones. */
  readonly mode: "train" | "eval";
  /** Source of the `noise` operation and of drop-path. Needed only by networks that have them. */
  readonly random?: Generator;
  /** Probability of dropping each operation's output for a sample, in train mode (space-darts §5). @default 0 */
  readonly dropPath?: number;
  /** Called with the input of every ReLU that is executed, each time. The tensor is only lent. */
  readonly onReLU?: (input: Tensor) => void;
}

/** A layer or an operation: images in, images out, [batch, channels, height, width]. */
export interface Transform {
  forward(x: Tensor, context: ForwardContext): Tensor;
}
