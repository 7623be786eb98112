/** What the decisions of a proposal work on. */
import type { CellMixture, Mixture } from "../../networks/mixture.ts";
import type { Random } from "../../random.ts";
import type { CellDecisions } from "../../search/decisions.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";
import type { EdgeOrder } from "./edge-order.ts";

/** S of the supernet with each mixture, all on the same minibatch; larger is the better network. */
export interface Scored {
  readonly scores: readonly number[];
  /** Minibatches before it that told no two of the mixtures apart. */
  readonly skipped: number;
}

export type Evaluate = (mixtures: readonly Mixture[]) => Scored;

export interface ProposalRules {
  /** `perturb`: keep the operation whose removal lowers the score most; `discretize`: the one that alone scores best. */
  readonly rule: "perturb" | "discretize";
  readonly order: EdgeOrder;
  /** The released code's reverse order in place of the `-once` orders. */
  readonly releasedOnce: boolean;
  /** Whether edges that were dropped from a node are out of the supernet while the next ones are scored. */
  readonly topology: "cumulative" | "single";
}

/** Plain JSON, part of the checkpoint. */
export interface ProposalState {
  readonly index: number;
  /** Decisions made so far in each cell. */
  step: number;
  readonly cells: Record<string, CellDecisions>;
  /** Nodes of each cell that the topology step has yet to prune. */
  readonly nodes: Record<string, number[]>;
  /** Edges still to be decided under a `-once` order, next one first. */
  readonly queues: Record<string, number[]>;
}

/** Scores variants of one cell, the others as they are decided now. */
export type ScoreCell = (variants: (current: CellMixture) => readonly CellMixture[]) => Scored;

/** What a cell's decision in a step follows from. */
export interface Turn {
  readonly space: Space;
  readonly state: ProposalState;
  readonly cell: CellTemplate;
  readonly decisions: CellDecisions;
  /** The cell's mixture while nothing is decided. */
  readonly base: CellMixture;
  readonly rules: ProposalRules;
  readonly score: ScoreCell;
  readonly random: Random;
}

/** Minibatches that were passed over, as a field of an event, which has none where there were none. */
export const skippedIn = (skipped: number): { readonly skipped?: number } => (skipped === 0 ? {} : { skipped });
