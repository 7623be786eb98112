/** In which order the edges of a cell are decided (zero-cost-pt §4.1). */
import type { Random } from "../../random.ts";
import { type Best, bestValue, choose, chooseOne, type Measure, type Tie } from "../../statistics/best.ts";

export const edgeOrders = [
  "random",
  "fixed",
  "reverse",
  "global-op-iter",
  "global-op-once",
  "global-edge-iter",
  "global-edge-once",
] as const;

export type EdgeOrder = (typeof edgeOrders)[number];

/** Scores of every candidate of some edges, row by row. */
export interface EdgeScores {
  readonly edges: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

/** Whether the order looks at the scores of all undecided edges at every step, only at the first, or never. */
export const comparesEdges = (order: EdgeOrder): "always" | "once" | "never" =>
  order.endsWith("-iter") ? "always" : order.endsWith("-once") ? "once" : "never";

/** The next edge under an order that does not look at scores. */
export function nextEdge(order: EdgeOrder, undecided: readonly number[], random: Random): number {
  if (order === "fixed") return Math.min(...undecided);
  if (order === "reverse") return Math.max(...undecided);
  return random.pick(undecided);
}

/** The edge that stands first by its scores: by its best operation (`global-op`) or its mean (`global-edge`). */
export function bestEdge(
  order: EdgeOrder,
  compared: EdgeScores,
  best: Best,
): { readonly edge: number; readonly edgeTie?: Tie } {
  const { index, tied } = chooseOne(merits(order, compared, best));
  const edge = compared.edges[index] as number;
  return tied.tie === undefined ? { edge } : { edge, edgeTie: tied.tie };
}

/**
 * All edges, ranked once. `released` gives the order of the released code instead: it stores the index of the best
 * operation (or nothing) in place of the score and takes edges from the end, so it visits them in reverse.
 */
export function rankEdges(order: EdgeOrder, compared: EdgeScores, best: Best, released: boolean): number[] {
  const { edges } = compared;
  if (released) return [...edges].sort((a, b) => b - a);
  return choose(merits(order, compared, best), edges.length).chosen.map((i) => edges[i] as number);
}

/** What edges are compared by; those that are equal by their best operation are told apart by their mean, and the other way. */
function merits(order: EdgeOrder, { scores }: EdgeScores, best: Best): Measure[] {
  const byBest: Measure = { name: "best operation", values: scores.map((row) => bestValue(row, best)), best };
  const byMean: Measure = { name: "mean of the operations", values: scores.map(mean), best };
  return order.startsWith("global-op") ? [byBest, byMean] : [byMean, byBest];
}

/** Without what is no number; NaN where nothing is left. */
function mean(row: readonly number[]): number {
  const valid = row.filter((score) => !Number.isNaN(score));
  return valid.reduce((sum, score) => sum + score, 0) / valid.length;
}
