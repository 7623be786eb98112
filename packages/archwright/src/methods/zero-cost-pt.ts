/** Zero-Cost-PT: perturb a supernet that is never trained. Xiang et al., AAAI 2023. */
import type { Method } from "../assembly/method.ts";

export const zeroCostPT: Method = {
  name: "zero-cost-pt",
  title: "zero-cost perturbation of an untrained supernet",
  source: "Xiang et al., Zero-Cost Operation Scoring in Differentiable Architecture Search, AAAI 2023",
  relaxation: "softmax",
  update: "none",
  selection: "zero-cost-perturbation",
  presets: {
    paper: { score: "nwot_eval", order: "random", proposals: 10, validationBatches: 100 },
    small: { score: "nwot_eval", order: "random", proposals: 3, validationBatches: 5, batch: 64 },
  },
};
