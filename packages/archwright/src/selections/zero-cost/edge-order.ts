/** In which order the edges of a cell are decided (zero-cost-pt §4.1). */
import type { Random } from "../../random.ts";
import { type Best, bestIndex, bestValue, better } from "../../statistics/best.ts";

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
export function bestEdge(order: EdgeOrder, { edges, scores }: EdgeScores, best: Best): number {
  return edges[
    bestIndex(
      scores.map((row) => merit(order, row, best)),
      best,
    )
  ] as number;
}

/**
 * All edges, ranked once. `released` gives the order of the released code instead: it stores the index of the best
 * operation (or nothing) in place of the score and takes edges from the end, so it visits them in reverse.
 */
export function rankEdges(order: EdgeOrder, compared: EdgeScores, best: Best, released: boolean): number[] {
  const { edges, scores } = compared;
  if (released) return [...edges].sort((a, b) => b - a);
  const ranked = edges.map((edge, i) => ({ edge, merit: merit(order, scores[i] ?? [], best) }));
  // NaN goes last; equal merits keep the order of the edges.
  ranked.sort((a, b) => compareMerits(a.merit, b.merit, best));
  return ranked.map(({ edge }) => edge);
}

function merit(order: EdgeOrder, row: readonly number[], best: Best): number {
  if (order.startsWith("global-op")) return bestValue(row, best);
  const valid = row.filter((score) => !Number.isNaN(score));
  return valid.reduce((sum, score) => sum + score, 0) / valid.length;
}

function compareMerits(a: number, b: number, best: Best): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return better(a, b, best) ? -1 : better(b, a, best) ? 1 : 0;
}
