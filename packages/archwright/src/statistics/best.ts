/** The best of several scores. */

/** Whether the smallest or the largest score is the best. */
export type Best = "min" | "max";

/** Index of the best score; NaN never wins, the first index wins a tie, and 0 where all are NaN (zero-cost-pt §4). */
export function bestIndex(scores: readonly number[], best: Best): number {
  let found = -1;
  for (const [i, score] of scores.entries()) {
    if (Number.isNaN(score)) continue;
    if (found < 0 || better(score, scores[found] as number, best)) found = i;
  }
  return Math.max(found, 0);
}

export const better = (a: number, b: number, best: Best): boolean => (best === "min" ? a < b : a > b);

/** The best value itself; NaN where all are NaN. */
export const bestValue = (scores: readonly number[], best: Best): number => scores[bestIndex(scores, best)] as number;
