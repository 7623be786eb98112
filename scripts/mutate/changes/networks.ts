/** Changes of `networks/training`, the cells that train by our kernels. */
import { changesOf } from "../change.ts";

export const networks = [
  ...changesOf(
    "networks/training/training-cell",
    ["networks/training-cell"],
    [
      ["omission", "  dilation,", "  dilation: 1,"],
      ["omission", "{mode} $", ""],
      ["omission", "if (this.#tracked.length > 0) trackMoments_(this.#tracked, BatchNorm.momentum);", ""],
      ["constant", "trackMoments_(this.#tracked, BatchNorm.momentum)", "trackMoments_(this.#tracked, 0.9)"],
      ["off-by-one", "return halves.slice(1).reduce(", "return halves.slice(2).reduce("],
      ["omission", "{ moments: previous.moments }", "{}"],
      ["constant", "firsts.map(branchOf), { stride }", "firsts.map(branchOf), { stride: 1 }"],
      ["order", "position.edge * columns + position.operation", "position.operation * columns + position.edge"],
      ["omission", "if (norm === undefined) return { output: pooled.output };", ""],
      ["mode", "poolBranch(x, mode, stride)", 'poolBranch(x, "max", stride)'],
    ],
  ),
  ...changesOf(
    "networks/training/lowering",
    ["networks/training-cell"],
    [
      ["omission", "layer instanceof BatchNorm && layer.weight === undefined;", "layer instanceof BatchNorm;"],
      [
        "omission",
        "stride === 1 && dilation === 1 && padding === 1 && groups === 1",
        "stride === 1 && padding === 1 && groups === 1",
        "a dilated 3×3 convolution that keeps the size has a padding of 2",
      ],
      ["omission", "if (halves.length > 0 && own !== 1) return undefined;", ""],
      ["constant", "const dilation = depthwise?.dilation ?? 1;", "const dilation = 1;"],
      [
        "omission",
        "groups > 1 && groups === outputs && inputs === 1 && supported",
        "groups > 1 && groups === outputs && supported",
        "convolutions within an operation have as many outputs as inputs",
      ],
    ],
  ),
];
