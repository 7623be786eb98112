/** S2: skip connection or separable convolution on every edge (Zela et al., ICLR 2020). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations } from "./operations.ts";

const candidates = ["skip_connect", "sep_conv_3x3"];

export const s2 = dartsFamily({
  name: "s2",
  title: "RobustDARTS S2: skip_connect, sep_conv_3x3",
  source: "Zela et al., ICLR 2020, arXiv 1909.09656, section 3",
  normal: candidates,
  reduce: candidates,
  operations: { skip_connect: dartsOperations.skip_connect, sep_conv_3x3: dartsOperations.sep_conv_3x3 },
});
