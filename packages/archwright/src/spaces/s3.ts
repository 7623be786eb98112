/** S3: S2 and `none`, which takes part in the mixture only (Zela et al., ICLR 2020). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations } from "./operations.ts";

const candidates = ["none", "skip_connect", "sep_conv_3x3"];

export const s3 = dartsFamily({
  name: "s3",
  title: "RobustDARTS S3: none, skip_connect, sep_conv_3x3",
  source: "Zela et al., ICLR 2020, arXiv 1909.09656, section 3",
  normal: candidates,
  reduce: candidates,
  operations: {
    none: dartsOperations.none,
    skip_connect: dartsOperations.skip_connect,
    sep_conv_3x3: dartsOperations.sep_conv_3x3,
  },
  excluded: ["none"],
});
