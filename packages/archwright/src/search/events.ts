/** The stream of a search: what a method reports, in order. The runner writes each as one line of events.jsonl. */
import type { Architecture } from "../spaces/space.ts";
import type { Tie } from "../statistics/best.ts";
import type { Score } from "../statistics/score.ts";

/** One edge got its operation, from the scores of every candidate that was compared. */
export interface OperationDecision {
  readonly type: "operation-decision";
  /** Which proposal this belongs to, from 0 (always 0 for methods that make one). */
  readonly proposal: number;
  /** Decisions of this proposal so far, from 0. */
  readonly step: number;
  readonly cell: string;
  /** Edges whose candidates were scored: one, or all undecided ones under a global order. */
  readonly edges: readonly number[];
  /** Candidate operations of each row of `scores`. */
  readonly operations: readonly (readonly string[])[];
  /** `scores[i][o]`: the score that belongs to operation `o` of edge `edges[i]`. */
  readonly scores: readonly (readonly Score[])[];
  /** Whether the best score of a row is its smallest (perturbation) or its largest. */
  readonly best: "min" | "max";
  /** Scores of the edges themselves, where they decided which edge came next (SGAS): one for each of `edges`. */
  readonly edgeScores?: readonly Score[];
  /** Where the scores could not tell the best operations apart. */
  readonly tie?: Tie;
  /** Where what chose the edge could not tell the first ones apart. */
  readonly edgeTie?: Tie;
  /** Minibatches that told no two candidates apart, so that others were taken in their place; absent where there were none. */
  readonly skipped?: number;
  /** The decision. */
  readonly edge: number;
  readonly operation: string;
}

/** A node's incoming edges were pruned to the space's in-degree. */
export interface TopologyDecision {
  readonly type: "topology-decision";
  readonly proposal: number;
  readonly step: number;
  readonly cell: string;
  readonly node: number;
  readonly edges: readonly number[];
  /** Score with each edge removed, by position in `edges`; one row for each round of pruning. */
  readonly scores: readonly (readonly Score[])[];
  /** Where the scores could not tell an edge that was kept from one that was removed. */
  readonly tie?: Tie;
  /** As of {@link OperationDecision}. */
  readonly skipped?: number;
  readonly kept: readonly number[];
}

/** Operations left the supernet for good, between two stages of its training. */
export interface PruningEvent {
  readonly type: "pruning";
  /** The first epoch without them, from 0. */
  readonly epoch: number;
  readonly cell: string;
  /** Candidates of every edge, [edges][operations]. */
  readonly operations: readonly (readonly string[])[];
  /** What they were compared by, larger is stronger; 0 for those that had left before. */
  readonly strength: readonly (readonly Score[])[];
  /** Those that stay, [edges][operations]. */
  readonly kept: readonly (readonly string[])[];
}

/** A complete architecture was put forward. */
export interface ProposalEvent {
  readonly type: "proposal";
  readonly proposal: number;
  /** The space's text form. */
  readonly architecture: string;
  readonly cells: Architecture;
}

/** A distinct proposal got its validation score: the sum over `batches` minibatches, "NaN" where none told proposals apart. */
export interface ValidationEvent {
  readonly type: "validation";
  /** The first proposal with this architecture. */
  readonly proposal: number;
  readonly architecture: string;
  readonly batches: number;
  /** Further minibatches that are left out for all proposals, because on them no proposal has a score, or all have the same. */
  readonly skipped?: number;
  readonly score: Score;
}

/** Loss and accuracy (a share, 0 to 1) of one half of the training images. */
export interface HalfMetrics {
  readonly loss: number;
  readonly accuracy: number;
}

/** A kind of cell at the end of an epoch. */
export interface CellState {
  /** α, [edges][operations]; where parameters are of nodes, or of edges and nodes, one row for each parameter. */
  readonly alpha: readonly (readonly number[])[];
  /** Mixing weights, [edges][operations]; decided edges as they were decided. */
  readonly weights: readonly (readonly number[])[];
  /** Mean entropy of the rows of mixing weights that are still open, in nats; 0 where none is. */
  readonly entropy: number;
  /** Skip connections in the cell that the present weights would give by magnitude: many of them are a collapse. */
  readonly skips: number;
}

/** An epoch of the supernet's training. */
export interface EpochEvent {
  readonly type: "epoch";
  /** From 0; fine-tuning goes on counting. */
  readonly epoch: number;
  readonly phase: "search" | "finetune";
  /** Of the weights. */
  readonly learningRate: number;
  /** Images in a minibatch. */
  readonly batch: number;
  /** Means over the epoch's weight steps. */
  readonly train: HalfMetrics;
  /** Means over the epoch's architecture steps, each before its step; absent where α stays as it is. */
  readonly valid?: HalfMetrics;
  /** The validation half after the epoch, batch norm in evaluation mode, where that was asked for. */
  readonly evaluation?: HalfMetrics;
  /** Mean Euclidean norms of the gradients: of all weights, before clipping, and of each kind of cell's α. */
  readonly gradientNorms: { readonly weights: number; readonly alpha: Readonly<Record<string, number>> };
  /** What else the update reports, by name: `radius`, `lambda`, `alignment`. */
  readonly facts: Readonly<Record<string, number>>;
  readonly cells: Readonly<Record<string, CellState>>;
  /** What magnitude would select from the present weights, in the space's text form. */
  readonly architecture: string;
}

/** An architecture that a proxy-guided search has evaluated. */
export interface CandidateEvent {
  readonly type: "candidate";
  /** From 0. */
  readonly index: number;
  /** The space's text form. */
  readonly architecture: string;
  /** Of the network that is trained, for the run's `task`. */
  readonly parameters: number;
  readonly macs: number;
  /** Milliseconds, measured; absent unless latency is limited. */
  readonly latency?: number;
  /** By name of the proxy; "NaN" where the proxy failed. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Index of the candidate that it was mutated from. */
  readonly parent?: number;
  /** Why a score is missing or no number. */
  readonly note?: string;
}

/** The end: the architecture that was found. */
export interface AnswerEvent {
  readonly type: "answer";
  /** Of a proxy-guided search, the index of the candidate. */
  readonly proposal: number;
  readonly architecture: string;
  /** Absent where networks are not made of cells. */
  readonly cells?: Architecture;
  /** Of a proxy-guided search: by what it ranked, and the answer's value over the whole history, larger is better. */
  readonly fitness?: { readonly name: string; readonly value: Score };
  /** Where several proposals or candidates are equally good. */
  readonly tie?: Tie;
}

export type SearchEvent =
  | OperationDecision
  | TopologyDecision
  | PruningEvent
  | ProposalEvent
  | ValidationEvent
  | EpochEvent
  | CandidateEvent
  | AnswerEvent;
