/** Λ-DARTS: DARTS whose cells are made to agree. Movahedi et al., ICLR 2023. */
import type { Method } from "./method.ts";
import { singleCell, small } from "./presets.ts";

export const lambdaDarts: Method = {
  name: "lambda-darts",
  title: "DARTS with a regularizer that harmonizes the cells' choices",
  source:
    "Movahedi et al., Lambda-DARTS: Mitigating Performance Collapse by Harmonizing Operation Selection among Cells, ICLR 2023",
  relaxation: "softmax",
  update: "first-order+alignment",
  selection: "magnitude",
  presets: {
    paper: (space) =>
      singleCell(space)
        ? {
            epochs: 100,
            stepOrder: "weights-first",
            lambda: 0.25,
            "architecture.learningRate": 1e-4,
            validationSampling: "epoch",
          }
        : { epochs: 50, validationSampling: "epoch" },
    small: small({ lambda: 0.25, validationSampling: "epoch" }),
  },
};
