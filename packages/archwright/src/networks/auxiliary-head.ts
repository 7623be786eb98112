/** The auxiliary classifier of the DARTS evaluation network, used in training only. */
import { type Generator, Module, type Tensor } from "@archwright/torch";
import type { Skeleton } from "../spaces/space.ts";
import type { ForwardContext } from "./context.ts";
import { BatchNorm, Conv, globalAverage, Linear, Pool, ReLU, Sequence } from "./layers.ts";

/**
 * ReLU, average pool 5×5 without padding (stride 3 on CIFAR's 8×8 maps, 2 on ImageNet's 14×14), conv 1×1 to 128, BN,
 * ReLU, conv 2×2 to 768, BN, ReLU, linear (space-darts §4.2, §4.3; with the BN that one released code left out by mistake).
 */
export class AuxiliaryHead extends Module {
  readonly features: Sequence;
  readonly classifier: Linear;

  constructor(channels: number, classes: number, stem: Skeleton["stem"]["kind"], generator: Generator) {
    super();
    this.features = new Sequence([
      new ReLU(),
      new Pool("average", 5, stem === "imagenet" ? 2 : 3, 0),
      new Conv({ inputs: channels, outputs: 128, kernel: 1 }, generator),
      new BatchNorm(128, true),
      new ReLU(),
      new Conv({ inputs: 128, outputs: 768, kernel: 2, padding: 0 }, generator),
      new BatchNorm(768, true),
      new ReLU(),
    ]);
    this.classifier = new Linear(768, classes, generator);
  }

  /** Logits [batch, classes] from an 8×8 (or, on ImageNet, 14×14) map; of larger ones, what is left is averaged. */
  forward(x: Tensor, context: ForwardContext): Tensor {
    return this.classifier.forward(globalAverage(this.features.forward(x, context)), context);
  }
}
