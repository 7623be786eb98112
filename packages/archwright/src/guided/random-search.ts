/** Where random search takes its architectures from. */
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { drawing, type Strategy } from "./strategy.ts";

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
