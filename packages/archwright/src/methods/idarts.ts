/**
 * iDARTS: the implicit architecture gradient. Zhang et al., ICML 2021.
 *
 * The released code for NAS-Bench-1Shot1 back-propagates the validation loss onto training gradients that were not cleared: its
 * gradient of α then holds those of the inner steps, and v₀ the last clipped one (idarts §6.7). That for NAS-Bench-201 does
 * not, and neither do we, who follow the formula.
 */
import type { Method } from "../assembly/method.ts";
import { singleCell, small } from "./presets.ts";

/**
 * The minibatches of the inner steps are drawn anew, not taken from an epoch's order: the released code makes a new shuffled
 * iterator for every one of them (idarts §2).
 */
const sampling = { trainSampling: "independent" };

export const idarts: Method = {
  name: "idarts",
  title: "differentiable search by stochastic implicit gradients",
  source: "Zhang et al., iDARTS: Differentiable Architecture Search with Stochastic Implicit Gradients, ICML 2021",
  relaxation: "softmax",
  update: "implicit",
  selection: "magnitude",
  presets: {
    // For the DARTS family nothing was published: DARTS' settings with T = 4, K = 2 (idarts §3).
    paper: (space) =>
      singleCell(space)
        ? {
            ...sampling,
            epochs: 30,
            "weights.learningRate": 0.01,
            "weights.nesterov": true,
            "weights.weightDecay": 5e-4,
          }
        : { ...sampling, epochs: 50 },
    // Each step of α has four of the weights: fewer steps for as much training.
    small: small({ ...sampling, stepsPerEpoch: 8 }),
  },
};
