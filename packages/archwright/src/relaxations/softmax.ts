/** Softmax over the candidates of each edge (DARTS, equation 2). */
import { mulScalar, randn, softmax as softmaxOf } from "@archwright/torch";
import { z } from "zod";
import type { Relaxation } from "../search/relaxation.ts";

/** α starts at 1e-3·N(0,1), so the weights start near uniform (space-darts §1). */
export const softmax: Relaxation = {
  name: "softmax",
  title: "softmax over the candidates of each edge",
  source: "Liu et al., ICLR 2019, equation 2",
  settings: z.object({}),
  initial: (cell, generator) => mulScalar(randn([cell.edges.length, cell.operations[0]?.length ?? 0], generator), 1e-3),
  weights: (alpha) => softmaxOf(alpha, -1),
};
