/** The layers before the first cell. */
import { type Generator, Module, type Tensor } from "@archwright/torch";
import type { Skeleton } from "../spaces/space.ts";
import type { ForwardContext } from "./context.ts";
import { BatchNorm, Conv, ReLU, Sequence } from "./layers.ts";

/** Two outputs: the earlier one is read as block -2, the later one as block -1. They may be the same tensor. */
export abstract class Stem extends Module {
  abstract forward(images: Tensor, context: ForwardContext): readonly [early: Tensor, late: Tensor];
}

/** Conv 3×3 and BN (space-darts §4.1, space-nasbench201 §2). */
export class ConvStem extends Stem {
  readonly layers: Sequence;

  constructor(inputs: number, channels: number, generator: Generator) {
    super();
    this.layers = new Sequence([
      new Conv({ inputs, outputs: channels, kernel: 3 }, generator),
      new BatchNorm(channels, true),
    ]);
  }

  override forward(images: Tensor, context: ForwardContext): readonly [Tensor, Tensor] {
    const output = this.layers.forward(images, context);
    return [output, output];
  }
}

/** Three stride-2 convolutions for 224×224 images (space-darts §4.3). */
export class ImageNetStem extends Stem {
  readonly first: Sequence;
  readonly second: Sequence;

  constructor(inputs: number, channels: number, generator: Generator) {
    super();
    const half = channels / 2;
    this.first = new Sequence([
      new Conv({ inputs, outputs: half, kernel: 3, stride: 2 }, generator),
      new BatchNorm(half, true),
      new ReLU(),
      new Conv({ inputs: half, outputs: channels, kernel: 3, stride: 2 }, generator),
      new BatchNorm(channels, true),
    ]);
    this.second = new Sequence([
      new ReLU(),
      new Conv({ inputs: channels, outputs: channels, kernel: 3, stride: 2 }, generator),
      new BatchNorm(channels, true),
    ]);
  }

  override forward(images: Tensor, context: ForwardContext): readonly [Tensor, Tensor] {
    const early = this.first.forward(images, context);
    return [early, this.second.forward(early, context)];
  }
}

export function buildStem({ stem, inputChannels }: Skeleton, generator: Generator): Stem {
  return stem.kind === "imagenet"
    ? new ImageNetStem(inputChannels, stem.channels, generator)
    : new ConvStem(inputChannels, stem.channels, generator);
}
