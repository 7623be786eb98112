/** Second order: the validation gradient through one virtual step of the weights (Liu et al., ICLR 2019, equation 7). */
import { z } from "zod";
import { adam, adamSettings } from "./adam.ts";
import { unrolledGradient } from "./bilevel/unrolled.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";

const settings = adamSettings.extend({
  hessian: z
    .enum(["difference", "exact"])
    .default("difference")
    .describe("the Hessian-vector product: by a finite difference, as in the paper, or exact by differentiating twice"),
  radius: z.number().positive().default(0.01).describe("r of the finite difference, R = r/‖v‖"),
});

export const secondOrder: Update = {
  name: "second-order",
  title: "α by the validation gradient through a virtual step of the weights",
  source: "Liu et al., ICLR 2019, equations 7 and 8",
  moves: "reals",
  settings,
  rules(values) {
    const { hessian, radius } = settings.parse(values);
    return {
      innerSteps: 1,
      architectureGradient: (problem, { train, valid }, { learningRate, momentum, buffers, weightDecay }) =>
        unrolledGradient(
          problem,
          { train: train(), valid },
          {
            step: learningRate,
            weightDecay,
            radius,
            exact: hessian === "exact",
            ...(buffers === undefined ? {} : { momentum: { factor: momentum, buffers } }),
          },
        ),
      architectureOptimizer: adam(values),
      weightGradient: plainWeightGradient,
    };
  },
};
