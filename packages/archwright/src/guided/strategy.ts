/** Where the architectures of a guided search come from. */
import type { Random } from "../random.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";

/** An architecture to look at, and the candidate that it was made from, by index. */
export interface Proposal<A> {
  readonly architecture: A;
  readonly parent?: number;
}

/** The candidates so far, in the order in which they were evaluated. */
export interface History<A> {
  readonly architectures: readonly A[];
  /** Which candidate each was made from, by index. */
  readonly parents: readonly (number | undefined)[];
  /** Of every candidate; larger is better. */
  readonly fitness: () => readonly number[];
}

export interface Strategy<A> {
  /** Whether an architecture whose network was evaluated before is no candidate again. */
  readonly distinct: boolean;
  /** Another proposal for the next candidate, after `tries` that were turned down. Undefined: it gives up. */
  readonly propose: (history: History<A>, tries: number, random: Random) => Proposal<A> | undefined;
}

/** So many proposals of one kind are turned down before it is given up. */
export const MOST_TRIES = 10_000;

/** Spaces of at most so many architectures are gone through. */
const MOST_ENUMERATED = 100_000n;

/**
 * Random architectures; after {@link MOST_TRIES} of a small space all of its architectures in their order, so that what it
 * holds is found for certain. Undefined when there are no more.
 */
export function drawing<A>(space: ArchitectureSpace<A>): (tries: number, random: Random) => A | undefined {
  const enumerable = space.enumerate !== undefined && space.size !== undefined && space.size <= MOST_ENUMERATED;
  let rest: Iterator<A> | undefined;
  let position = 0;
  return (tries, random) => {
    if (tries < MOST_TRIES) return space.random(random);
    if (!enumerable || space.enumerate === undefined) return undefined;
    const wanted = tries - MOST_TRIES;
    if (rest === undefined || position > wanted) {
      rest = space.enumerate()[Symbol.iterator]();
      position = 0;
    }
    for (; position < wanted; position++) rest.next();
    position++;
    return rest.next().value as A | undefined;
  };
}
