/** S1: two operations per edge, the survivors of pruning the DARTS space (Zela et al., ICLR 2020). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations } from "./operations.ts";

const { none: _, sep_conv_5x5: __, ...operations } = dartsOperations;

export const s1 = dartsFamily({
  name: "s1",
  title: "RobustDARTS S1: two operations per edge, different for each",
  source: "Zela et al., ICLR 2020, arXiv 1909.09656, section 3",
  normal: [
    ["skip_connect", "dil_conv_3x3"], // 2<-0
    ["skip_connect", "dil_conv_5x5"], // 2<-1
    ["skip_connect", "dil_conv_5x5"], // 3<-0
    ["skip_connect", "sep_conv_3x3"], // 3<-1
    ["skip_connect", "dil_conv_3x3"], // 3<-2
    ["max_pool_3x3", "skip_connect"], // 4<-0
    ["skip_connect", "sep_conv_3x3"], // 4<-1
    ["skip_connect", "sep_conv_3x3"], // 4<-2
    ["skip_connect", "dil_conv_3x3"], // 4<-3
    ["skip_connect", "sep_conv_3x3"], // 5<-0
    ["max_pool_3x3", "skip_connect"], // 5<-1
    ["skip_connect", "dil_conv_3x3"], // 5<-2
    ["dil_conv_3x3", "dil_conv_5x5"], // 5<-3
    ["dil_conv_3x3", "dil_conv_5x5"], // 5<-4
  ],
  reduce: [
    ["max_pool_3x3", "avg_pool_3x3"], // 2<-0
    ["max_pool_3x3", "dil_conv_3x3"], // 2<-1
    ["max_pool_3x3", "avg_pool_3x3"], // 3<-0
    ["max_pool_3x3", "avg_pool_3x3"], // 3<-1
    ["skip_connect", "dil_conv_5x5"], // 3<-2
    ["max_pool_3x3", "avg_pool_3x3"], // 4<-0
    ["max_pool_3x3", "sep_conv_3x3"], // 4<-1
    ["skip_connect", "dil_conv_3x3"], // 4<-2
    ["skip_connect", "dil_conv_5x5"], // 4<-3
    ["max_pool_3x3", "avg_pool_3x3"], // 5<-0
    ["max_pool_3x3", "avg_pool_3x3"], // 5<-1
    ["skip_connect", "dil_conv_5x5"], // 5<-2
    ["skip_connect", "dil_conv_5x5"], // 5<-3
    ["skip_connect", "dil_conv_5x5"], // 5<-4
  ],
  operations,
});
