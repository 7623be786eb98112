/** The DARTS CNN space without `none`, the form that SDARTS, DARTS-PT and Zero-Cost-PT search ("S5"). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations, extraDartsOperations } from "./operations.ts";

const { none: _, ...operations } = dartsOperations;
const candidates = Object.keys(operations);

export const dartsNoNone = dartsFamily({
  name: "darts-no-none",
  title: "DARTS CNN cells, 7 operations: without none (S5)",
  source: "Wang et al., ICLR 2021; Xiang et al., AAAI 2023, arXiv 2106.06799",
  normal: candidates,
  reduce: candidates,
  operations: { ...operations, sep_conv_7x7: extraDartsOperations.sep_conv_7x7 },
});
