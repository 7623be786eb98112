/** Bayesian optimization in the latent space of SVGe. Lukasik et al., IJCNN 2021; the recipe is D-VAE's, NeurIPS 2019. */
import { latentStrategy } from "../guided/latent/strategy.ts";
import type { GuidedMethod } from "../guided/method.ts";
import { latentSettings } from "../guided/settings.ts";
import { smallGuided } from "./presets.ts";

export const svgeBO: GuidedMethod = {
  name: "svge-bo",
  title: "Bayesian optimization in a latent space that `embed train` has learnt",
  source: "Lukasik, Friede, Zela, Hutter and Keuper, IJCNN 2021, arXiv 2010.04683; Zhang et al., NeurIPS 2019",
  settings: latentSettings,
  presets: {
    paper: { evaluations: 1500, initial: 1000, round: 50, draws: 500 },
    small: (space) => ({ ...smallGuided()(space), initial: 20, round: 10, draws: 50 }),
  },
  strategy: (space, settings) => latentStrategy(space, latentSettings.parse(settings)),
};
