/** The candidates of a proxy-guided search with what they are worth, and the Pareto fronts among them. */
import { ArchwrightError } from "../../errors.ts";
import { type Fitness, fitnessOf } from "../../proxies/fitness.ts";
import type { CandidateEvent, SearchEvent } from "../../search/events.ts";

export interface RankedCandidate extends CandidateEvent {
  /** Larger is better; of an aggregate over all candidates there are. */
  readonly fitness: number;
  readonly isAnswer: boolean;
}

/** What a candidate costs, and how it is shown. */
export interface CostAxis {
  readonly title: string;
  readonly cost: (candidate: CandidateEvent) => number | undefined;
}

export const costAxes: readonly CostAxis[] = [
  { title: "parameters", cost: ({ parameters }) => parameters },
  { title: "multiply-adds", cost: ({ macs }) => macs },
  { title: "latency, ms", cost: ({ latency }) => latency },
];

/** The fitness that a run asked for; undefined where this version does not know its proxies. */
export function knownFitness(settings: Readonly<Record<string, unknown>>): Fitness | undefined {
  try {
    return fitnessOf(String(settings.fitness));
  } catch (error) {
    if (error instanceof ArchwrightError) return undefined;
    throw error;
  }
}

export function rankedCandidates(events: readonly SearchEvent[], fitness: Fitness): RankedCandidate[] {
  const candidates = events.filter((event): event is CandidateEvent => event.type === "candidate");
  const answer = events.find((event) => event.type === "answer");
  const values = fitness.values(candidates.map(({ scores }) => scores));
  return candidates.map((candidate, i) => ({
    ...candidate,
    fitness: values[i] as number,
    isAnswer: candidate.index === answer?.proposal,
  }));
}

/**
 * The candidates that no other beats: none that costs as much or less is as fit, except for being less costly or fitter
 * itself. Cheapest first; of equal ones the first. Those without a finite fitness are never in it.
 */
export function paretoFront(candidates: readonly RankedCandidate[], { cost }: CostAxis): RankedCandidate[] {
  const priced = candidates.flatMap((candidate) => {
    const price = cost(candidate);
    return price === undefined || !Number.isFinite(candidate.fitness) ? [] : [{ candidate, price }];
  });
  const ascending = priced.toSorted((a, b) => a.price - b.price || b.candidate.fitness - a.candidate.fitness);
  let best = Number.NEGATIVE_INFINITY;
  return ascending.flatMap(({ candidate }) => {
    if (candidate.fitness <= best) return [];
    best = candidate.fitness;
    return [candidate];
  });
}
