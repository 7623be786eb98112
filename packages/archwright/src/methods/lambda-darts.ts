/** Λ-DARTS: DARTS whose cells are made to agree. Movahedi et al., ICLR 2023. */
import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import type { Space } from "../spaces/space.ts";
import { singleCell, small } from "./presets.ts";

/**
 * In the DARTS family an epoch goes through the validation half once (lambda-darts §4). The NAS-Bench-201 runs used that
 * benchmark's loader, which draws validation images anew at every step (space-nasbench201 §5).
 */
const sampling = (space: Space): Settings => (singleCell(space) ? {} : { validationSampling: "epoch" });

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
            ...sampling(space),
          }
        : { epochs: 50, ...sampling(space) },
    small: (space) => small({ lambda: 0.25, ...sampling(space) })(space),
  },
};
