/** ZARTS: architecture search by zero-order optimization. Wang et al., NeurIPS 2022. */
import type { Method } from "../assembly/method.ts";
import { smallWeights } from "./presets.ts";

/** The spaces of RobustDARTS, where the paper's script sets a larger σ (zarts §4). */
const robust: ReadonlySet<string> = new Set(["s1", "s2", "s3", "s4"]);

export const zarts: Method = {
  name: "zarts",
  title: "α by what candidates are worth after a few steps of the weights",
  source: "Wang et al., ZARTS: On Zero-order Optimization for Neural Architecture Search, NeurIPS 2022",
  relaxation: "softmax",
  update: "zero-order",
  selection: "magnitude",
  presets: {
    paper: ({ name }) => ({ epochs: 50, weightsOnly: 10, ...(robust.has(name) ? { deviation: 0.2 } : {}) }),
    // A larger σ for so few steps, and candidates that are trained for two of them.
    small: smallWeights({ weightsOnly: 3, innerSteps: 2, finetuneBatch: 16, deviation: 0.2 }),
  },
};
