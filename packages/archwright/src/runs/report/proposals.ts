/** The proposals of a search, brought together from its events. */

import type { SearchEvent } from "../../search/events.ts";
import type { Architecture } from "../../spaces/space.ts";
import type { Score } from "../../statistics/score.ts";

export interface Proposal {
  readonly index: number;
  /** Absent while the proposal is being decided. */
  readonly architecture?: string;
  readonly cells?: Architecture;
  readonly isAnswer: boolean;
}

/** An architecture that was proposed, once or more often. */
export interface Candidate {
  readonly architecture: string;
  /** Indices of its proposals, ascending. */
  readonly proposals: readonly number[];
  readonly validation?: { readonly score: Score; readonly batches: number };
  readonly isAnswer: boolean;
}

/** Every proposal that has any event, in order. */
export function proposalsOf(events: readonly SearchEvent[]): Proposal[] {
  const answer = events.find((event) => event.type === "answer");
  const indices = [...new Set(events.flatMap((event) => ("proposal" in event ? [event.proposal] : [])))].sort(
    (a, b) => a - b,
  );
  return indices.map((index): Proposal => {
    const isAnswer = answer?.proposal === index;
    const made =
      events.find((event) => event.type === "proposal" && event.proposal === index) ?? (isAnswer ? answer : undefined);
    if (made?.type !== "proposal" && made?.type !== "answer") return { index, isAnswer };
    const { architecture, cells } = made;
    return { index, isAnswer, architecture, ...(cells === undefined ? {} : { cells }) };
  });
}

/** The distinct architectures that were proposed, in the order of their first proposals. */
export function candidatesOf(events: readonly SearchEvent[]): Candidate[] {
  const answer = events.find((event) => event.type === "answer");
  const found = Map.groupBy(
    proposalsOf(events).filter((proposal) => proposal.architecture !== undefined),
    (proposal) => proposal.architecture as string,
  );
  return [...found].map(([architecture, proposals]): Candidate => {
    const validation = events.find((event) => event.type === "validation" && event.architecture === architecture);
    return {
      architecture,
      proposals: proposals.map((proposal) => proposal.index),
      isAnswer: answer?.architecture === architecture,
      ...(validation?.type === "validation"
        ? { validation: { score: validation.score, batches: validation.batches } }
        : {}),
    };
  });
}
