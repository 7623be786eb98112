/** Softmax over the candidates of each edge (DARTS, equation 2). */
import { softmax as softmaxOf } from "@archwright/torch";
import { z } from "zod";
import type { Relaxation } from "../search/relaxation.ts";
import { edgeParameters, smallNormal } from "./edge-parameters.ts";

export const softmax: Relaxation = {
  name: "softmax",
  title: "softmax over the candidates of each edge",
  source: "Liu et al., ICLR 2019, equation 2",
  domain: "reals",
  settings: z.object({}),
  create(context) {
    const alpha = edgeParameters(context, smallNormal);
    return { ...alpha, weights: () => alpha.stacked().map((rows) => softmaxOf(rows, -1)) };
  },
};
