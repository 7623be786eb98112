/** Local search. White, Nolen and Savani, UAI 2021. */
import { localStrategy } from "../guided/local-search.ts";
import type { GuidedMethod } from "../guided/method.ts";
import { localSettings } from "../guided/settings.ts";
import { smallGuided } from "./presets.ts";

export const localSearch: GuidedMethod = {
  name: "local",
  title: "local search by a proxy or a table, in any space and within limits",
  source: "White, Nolen and Savani, Exploring the Loss Landscape in Neural Architecture Search, UAI 2021",
  settings: localSettings,
  presets: { paper: {}, small: smallGuided() },
  strategy: (space, settings) => localStrategy(space, localSettings.parse(settings).patience),
};
