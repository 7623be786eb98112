/** Equal weights for all candidates of an edge. */
import { softmax as softmaxOf, zeros } from "@archwright/torch";
import { z } from "zod";
import type { Relaxation } from "../search/relaxation.ts";
import { edgeParameters, matrixShape } from "./edge-parameters.ts";

/** α is zero and stays so: what softmax gives exactly at the middle of the simplex. */
export const uniform: Relaxation = {
  name: "uniform",
  title: "equal weights for all candidates of an edge",
  source: "the softmax of equal parameters",
  domain: "fixed",
  settings: z.object({}),
  create(context) {
    const alpha = edgeParameters(context, (cell) => zeros(matrixShape(cell)));
    return { ...alpha, weights: () => alpha.stacked().map((rows) => softmaxOf(rows, -1)) };
  },
};
