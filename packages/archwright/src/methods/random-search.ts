/** Random search: distinct architectures drawn at random, the best of which is the answer. */
import type { GuidedMethod } from "../guided/method.ts";
import { randomStrategy } from "../guided/random-search.ts";
import { guidedSettings } from "../guided/settings.ts";
import { smallGuided } from "./presets.ts";

export const randomSearch: GuidedMethod = {
  name: "random",
  title: "random search by a proxy, in any space and within limits",
  source: "Mellor et al., Neural Architecture Search without Training, ICML 2021; Li and Talwalkar, UAI 2019",
  settings: guidedSettings,
  presets: { paper: {}, small: smallGuided() },
  strategy: (space) => randomStrategy(space),
};
