/** S4: noise or separable convolution on every edge; noise is a legal choice (Zela et al., ICLR 2020). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations, extraDartsOperations } from "./operations.ts";

const candidates = ["noise", "sep_conv_3x3"];

export const s4 = dartsFamily({
  name: "s4",
  title: "RobustDARTS S4: noise, sep_conv_3x3",
  source: "Zela et al., ICLR 2020, arXiv 1909.09656, section 3",
  normal: candidates,
  reduce: candidates,
  operations: { noise: extraDartsOperations.noise, sep_conv_3x3: dartsOperations.sep_conv_3x3 },
});
