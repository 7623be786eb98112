/** The skeleton of the DARTS family: a chain in which each cell reads the two before it. */
import { outputNodes } from "../cells.ts";
import type { Block, CellInput, CellTemplate, Skeleton, SkeletonOptions } from "../space.ts";

/**
 * Reduction cells stand at ⌊L/3⌋ and ⌊2L/3⌋ and double the channels; the CIFAR stem has 3·C channels; the auxiliary
 * head reads the cell at ⌊2L/3⌋ (space-darts §3, §4). A cell's output has as many times C channels as it concatenates
 * nodes.
 */
export const chained =
  (cells: { readonly normal: CellTemplate; readonly reduction: CellTemplate }) =>
  (options: SkeletonOptions): Skeleton => {
    const { channels: first, cells: length, classes, stem: stemKind = "cifar", outputs = {} } = options;
    const reductions = [Math.floor(length / 3), Math.floor((2 * length) / 3)];
    const multiplier = (template: CellTemplate) => outputs[template.name] ?? outputNodes(template).length;

    const imagenet = stemKind === "imagenet";
    const stem: Skeleton["stem"] = imagenet
      ? { kind: "imagenet", channels: first }
      : { kind: "conv3x3", channels: 3 * first };
    // The ImageNet stem has two outputs, the second at half the resolution of the first (space-darts §4.3).
    let before: Source = { from: imagenet ? -2 : -1, channels: stem.channels };
    let last: Source = { from: -1, channels: stem.channels };
    let halved = imagenet;
    let channels = first;

    const blocks: Block[] = [];
    for (let k = 0; k < length; k++) {
      const reduction = reductions.includes(k);
      if (reduction) channels *= 2;
      const template = reduction ? cells.reduction : cells.normal;
      const inputs: CellInput[] = [
        { ...before, preprocess: halved ? "factorized-reduce" : "relu-conv-bn" },
        { ...last, preprocess: "relu-conv-bn" },
      ];
      blocks.push({ kind: "cell", cell: template.name, channels, reduction, inputs });
      before = last;
      last = { from: k, channels: multiplier(template) * channels };
      halved = reduction;
    }

    const skeleton: Skeleton = {
      inputChannels: 3,
      stem,
      blocks,
      head: { normalized: false, channels: last.channels, classes },
    };
    if (options.auxiliary !== true) return skeleton;
    const after = reductions[1] as number;
    const carrier = blocks[after];
    if (carrier?.kind !== "cell") return skeleton;
    return { ...skeleton, auxiliary: { after, channels: multiplier(cells.reduction) * carrier.channels } };
  };

/** A block's output, or the stem's. */
interface Source {
  readonly from: number;
  readonly channels: number;
}
