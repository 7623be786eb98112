/** Local search: from a random architecture to ever better neighbours, and from a new one where none is better. */
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { drawing, type History, MOST_TRIES, type Strategy } from "./strategy.ts";

/**
 * Looks at random neighbours of the present architecture, goes to the first that is better, and begins anew at a random
 * architecture after `patience` neighbours in a row that are not. A climb begins at each candidate without a parent.
 */
export function localStrategy<A>(space: ArchitectureSpace<A>, patience: number): Strategy<A> {
  const draw = drawing(space);
  return {
    distinct: true,
    propose: (history, tries, random) => {
      const { present, waited } = climbOf(history);
      // Neighbours that are all known already end a climb as well.
      if (present !== undefined && waited < patience && tries < 4 * patience) {
        return { architecture: space.mutate(history.architectures[present] as A, random), parent: present };
      }
      const architecture = draw(Math.min(tries, MOST_TRIES), random);
      return architecture === undefined || tries > 2 * MOST_TRIES ? undefined : { architecture };
    },
  };
}

/** The best candidate of the climb under way, the first of equals, and how many came after it. */
function climbOf<A>({ architectures, parents, fitness }: History<A>): { present: number | undefined; waited: number } {
  const count = architectures.length;
  if (count === 0) return { present: undefined, waited: 0 };
  const values = fitness();
  let present = parents.lastIndexOf(undefined);
  for (let i = present + 1; i < count; i++) {
    if ((values[i] as number) > (values[present] as number)) present = i;
  }
  return { present, waited: count - 1 - present };
}
