/** Random search: distinct architectures drawn at random, the best of which is the answer. */
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { type GuidedMethod, small } from "./method.ts";
import { guidedSettings } from "./settings.ts";
import { drawing, type Strategy } from "./strategy.ts";

export const randomSearch: GuidedMethod = {
  name: "random",
  title: "random search by a proxy, in any space and within limits",
  source: "Mellor et al., Neural Architecture Search without Training, ICML 2021; Li and Talwalkar, UAI 2019",
  settings: guidedSettings,
  presets: { paper: {}, small: small() },
  strategy: (space) => randomStrategy(space),
};

/** It ends early where the space has no more. */
export function randomStrategy<A>(space: ArchitectureSpace<A>): Strategy<A> {
  const draw = drawing(space);
  return {
    distinct: true,
    propose: (_, tries, random) => {
      const architecture = draw(tries, random);
      return architecture === undefined ? undefined : { architecture };
    },
  };
}
