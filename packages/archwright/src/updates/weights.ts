/** Trains the weights alone: α stays as it was initialized. */

import { trainingSettings } from "../training/supernets/settings.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";

export const weights: Update = {
  name: "weights",
  title: "the supernet's weights are trained, α stays as it is",
  source: "Wang et al., ICLR 2021, fixed α",
  settings: trainingSettings,
  rules: () => ({ innerSteps: 1, weightGradient: plainWeightGradient }),
};
