/** Regularized evolution. Real, Aggarwal, Huang and Le, AAAI 2019, Algorithm 1. */
import type { Random } from "../random.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { drawing, type History, MOST_TRIES, type Proposal, type Strategy } from "./strategy.ts";

/**
 * The first `population` candidates are random. Then the best of `tournament` members drawn uniformly, with replacement,
 * is mutated; the child joins the population and its oldest member leaves. So the population is always the last
 * `population` candidates.
 *
 * A proposal that is turned down is followed by one from another tournament. Where mutants are all turned down random
 * architectures follow, and where random ones are, mutants of what there is.
 */
export function evolutionStrategy<A>(space: ArchitectureSpace<A>, population: number, tournament: number): Strategy<A> {
  const draw = drawing(space);
  return {
    distinct: false,
    propose: (history, tries, random) => {
      const count = history.architectures.length;
      if (count > 0 && tries >= 2 * MOST_TRIES) return undefined;
      const usual = tries < MOST_TRIES;
      if (count > 0 && usual === count >= population) return child(space, history, { population, tournament }, random);
      const architecture = count > 0 ? space.random(random) : draw(tries, random);
      return architecture === undefined ? undefined : { architecture };
    },
  };
}

function child<A>(
  space: ArchitectureSpace<A>,
  history: History<A>,
  { population, tournament }: { readonly population: number; readonly tournament: number },
  random: Random,
): Proposal<A> {
  const parent = winner(history, population, tournament, random);
  return { architecture: space.mutate(history.architectures[parent] as A, random), parent };
}

/** The fittest of so many members of the population; of equals the one that was drawn first. */
function winner<A>(history: History<A>, population: number, tournament: number, random: Random): number {
  const fitness = history.fitness();
  const alive = Math.min(population, fitness.length);
  const oldest = fitness.length - alive;
  const drawn = Array.from({ length: tournament }, () => oldest + random.integer(alive));
  return drawn.reduce((best, member) => ((fitness[member] as number) > (fitness[best] as number) ? member : best));
}
