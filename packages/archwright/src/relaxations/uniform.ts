/** Equal weights for all candidates of an edge. */
import { softmax as softmaxOf, zeros } from "@archwright/torch";
import { z } from "zod";
import type { Relaxation } from "../search/relaxation.ts";

/** α is zero and stays so: what softmax gives exactly at the middle of the simplex. */
export const uniform: Relaxation = {
  name: "uniform",
  title: "equal weights for all candidates of an edge",
  source: "the softmax of equal parameters",
  fixed: true,
  settings: z.object({}),
  initial: (cell) => zeros([cell.edges.length, cell.operations[0]?.length ?? 0]),
  weights: (alpha) => softmaxOf(alpha, -1),
};
