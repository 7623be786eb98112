/** How scores are compared: whatever is no number, or minus infinity, is worse than every other score, and no worse than its like. */

/** NaN as -Infinity, so that the two are one tied group at the bottom (zero-cost-proxies §5.2). */
export const finiteOrBottom = (score: number): number => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score);

export const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Scores turned so that larger is better, whatever is no number at the bottom. */
export const oriented = (scores: ArrayLike<number>, direction: "higher" | "lower"): number[] =>
  Array.from(scores, (score) => finiteOrBottom(direction === "higher" ? score : -score));
