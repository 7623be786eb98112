/** The DARTS CNN space with all eight operations (Liu, Simonyan & Yang, ICLR 2019). */
import { dartsFamily } from "./darts-family.ts";
import { dartsOperations, extraDartsOperations } from "./operations.ts";

const candidates = Object.keys(dartsOperations);

/** `none` takes part in the mixture, but no architecture may contain it. `sep_conv_7x7` is for hand-made cells. */
export const darts = dartsFamily({
  name: "darts",
  title: "DARTS CNN cells, 8 operations",
  source: "Liu et al., ICLR 2019, arXiv 1806.09055, section 3.1.1",
  normal: candidates,
  reduce: candidates,
  operations: { ...dartsOperations, sep_conv_7x7: extraDartsOperations.sep_conv_7x7 },
  excluded: ["none"],
});
