/** When SGAS decides, and how its minibatches grow (sgas §4). */
import { computedNodes, incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";

export interface GreedyScheduleOptions {
  /** Epochs before the first decision. */
  readonly warmup: number;
  /** Epochs from decision to decision. */
  readonly interval: number;
}

export interface GreedySchedule {
  /** w + I·(D−1) + 6 epochs for D decisions: 50 for the eight of the DARTS space. */
  readonly epochs: number;
  /** Decisions of the kind of cell that needs most. */
  readonly decisions: number;
  /** Whether a decision comes after `epoch`. */
  readonly decidesAfter: (epoch: number) => boolean;
  /** Decisions before `epoch` begins. */
  readonly decidedBefore: (epoch: number) => number;
}

/** Decisions that a kind of cell needs: one for every edge that an architecture keeps. */
export const decisionsOf = ({ inDegree }: Pick<Space, "inDegree">, cell: CellTemplate): number =>
  computedNodes(cell).reduce((total, node) => total + keptEdges(inDegree, incomingEdges(cell, node).length), 0);

/** A decision after the epochs w, w + I, w + 2I, …, as many as are needed. */
export function greedySchedule(
  space: Pick<Space, "cells" | "inDegree">,
  { warmup, interval }: GreedyScheduleOptions,
): GreedySchedule {
  const decisions = Math.max(...space.cells.map((cell) => decisionsOf(space, cell)));
  const decidedBefore = (epoch: number): number =>
    Math.max(0, Math.min(decisions, Math.floor((epoch - 1 - warmup) / interval) + 1));
  return {
    epochs: warmup + interval * (decisions - 1) + 6,
    decisions,
    decidesAfter: (epoch) => decidedBefore(epoch + 1) > decidedBefore(epoch),
    decidedBefore,
  };
}
