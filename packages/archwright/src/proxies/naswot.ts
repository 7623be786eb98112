/** naswot: nwot as its authors score, with the minibatch's statistics. */
import type { Pattern } from "../networks/inference/pattern.ts";
import { logDeterminant } from "./nwot.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * ln|det K| of `nwot`, in training mode (zero-cost-proxies §3.1). In evaluation mode a fresh network's batch norm does
 * nothing, and the scores differ markedly.
 */
export const naswot = sharedProxy(
  {
    name: "naswot",
    title: "log-determinant of the kernel of ReLU patterns, in training mode",
    source: "Mellor et al., ICML 2021",
    direction: "higher",
    needs: { images: true, labels: false, gradients: false },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 128,
  },
  {
    observation: trainingPass,
    wanted: ["patterns"],
    score: ({ patterns }: TrainingPass) => logDeterminant(patterns as Pattern),
  },
);
