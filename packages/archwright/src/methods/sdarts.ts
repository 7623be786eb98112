/** SmoothDARTS: DARTS with weights that are trained at perturbed probabilities. Chen and Hsieh, ICML 2020. */
import type { Method } from "../assembly/method.ts";
import { paperTraining, small } from "./presets.ts";

const source =
  "Chen and Hsieh, Stabilizing Differentiable Architecture Search via Perturbation-based Regularization, ICML 2020";

export const sdartsRS: Method = {
  name: "sdarts-rs",
  title: "DARTS smoothed by random perturbation of the mixing weights",
  source,
  relaxation: "softmax",
  update: "first-order+random-smoothing",
  selection: "magnitude",
  presets: { paper: paperTraining, small: small() },
};

export const sdartsADV: Method = {
  name: "sdarts-adv",
  title: "DARTS smoothed by adversarial perturbation of the mixing weights",
  source,
  relaxation: "softmax",
  update: "first-order+adversarial",
  selection: "magnitude",
  presets: { paper: paperTraining, small: small({ attackSteps: 2 }) },
};
