/** The skeleton of NAS-Bench-201: stages of equal cells with a residual block of stride 2 between them. */
import { ArchwrightError } from "../../errors.ts";
import type { Block, CellTemplate, Skeleton, SkeletonOptions } from "../space.ts";

export interface StagedOptions {
  /** Resolutions; the channels double from one to the next. @default 3 */
  readonly stages?: number;
}

/**
 * Stem, then N cells a stage, a residual block before every stage but the first; BN and ReLU before the classifier
 * (space-nasbench201 §2). For cells of one input whose output has the channels of the input.
 */
export const staged =
  (template: CellTemplate, { stages = 3 }: StagedOptions = {}) =>
  (options: SkeletonOptions): Skeleton => {
    if (options.stem === "imagenet")
      throw new ArchwrightError("usage", 'this space has no ImageNet stem; use stem "cifar"');
    if (options.auxiliary === true) throw new ArchwrightError("usage", "this space has no auxiliary head");
    const blocks: Block[] = [];
    let channels = options.channels;
    for (let stage = 0; stage < stages; stage++) {
      if (stage > 0) {
        blocks.push({ kind: "residual", from: blocks.length - 1, inputChannels: channels, channels: 2 * channels });
        channels *= 2;
      }
      for (let n = 0; n < options.cells; n++) {
        const input = { from: blocks.length - 1, channels, preprocess: "none" } as const;
        blocks.push({ kind: "cell", cell: template.name, channels, reduction: false, inputs: [input] });
      }
    }
    return {
      inputChannels: 3,
      stem: { kind: "conv3x3", channels: options.channels },
      blocks,
      head: { normalized: true, channels, classes: options.classes },
    };
  };
