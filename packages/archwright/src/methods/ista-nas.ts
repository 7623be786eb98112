/** ISTA-NAS in two stages: each node's weights are a sparse code that gradients move in compressed form. Yang et al., NeurIPS 2020. */
import type { Method } from "../assembly/method.ts";
import { small } from "./presets.ts";

export const istaNAS: Method = {
  name: "ista-nas",
  title: "sparse coding: two operations into each node are active at a time",
  source: "Yang et al., ISTA-NAS: Efficient and Consistent Neural Architecture Search by Sparse Coding, NeurIPS 2020",
  relaxation: "sparse-code",
  update: "first-order",
  selection: "sparse-support",
  presets: {
    // The command line of the released README, which is not its script's defaults (ista-nas §3).
    paper: {
      epochs: 50,
      batch: 256,
      "weights.learningRate": 0.1,
      "architecture.learningRate": 6e-4,
    },
    small: small(),
  },
};
