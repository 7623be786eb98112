/** Regularized evolution. Real, Aggarwal, Huang and Le, AAAI 2019. */
import type { GuidedMethod } from "../guided/method.ts";
import { evolutionStrategy } from "../guided/regularized-evolution.ts";
import { evolutionSettings } from "../guided/settings.ts";
import { smallGuided } from "./presets.ts";

/** P = 100 and S = 25 are the paper's. It trains 20,000 networks; here as many are scored as in random search. */
export const regularizedEvolution: GuidedMethod = {
  name: "evolution",
  title: "regularized evolution by a proxy, in any space and within limits",
  source: "Real, Aggarwal, Huang and Le, Regularized Evolution for Image Classifier Architecture Search, AAAI 2019",
  settings: evolutionSettings,
  presets: { paper: {}, small: smallGuided({ population: 12, tournament: 4 }) },
  strategy: (space, settings) => {
    const { population, tournament } = evolutionSettings.parse(settings);
    return evolutionStrategy(space, population, tournament);
  },
};
