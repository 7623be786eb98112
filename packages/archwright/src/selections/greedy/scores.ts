/** Which edge SGAS decides next: importance, certainty and stability of its distribution (sgas §3). */

type Rows = readonly (readonly number[])[];

/** A kind of cell's distributions after an epoch. */
export interface EdgeDistributions {
  /** S_EI: the weight that is not on `none`, per edge. Undefined in a cell without `none`, where it is 1 throughout. */
  readonly importance: readonly number[] | undefined;
  /** q: the distribution over the operations but `none`, per edge. */
  readonly distributions: Rows;
}

/** - `weights`: softmax of α, [edges][operations]; `none`: for each edge the column of `none`, -1 where there is none. */
export function edgeDistributions(weights: Rows, none: readonly number[]): EdgeDistributions {
  const importance = weights.map((row, e) => 1 - (row[none[e] as number] ?? 0));
  const distributions = weights.map((row, e) =>
    row.filter((_, o) => o !== none[e]).map((p) => p / (importance[e] as number)),
  );
  return { importance: none.every((column) => column < 0) ? undefined : importance, distributions };
}

/** S_SC = 1 − H(q) / ln n: 0 for a uniform q, 1 for a one-hot one. An edge with one operation is certain. */
export function certainty(q: readonly number[]): number {
  if (q.length < 2) return 1;
  const entropy = q.reduce((total, p) => (p > 0 ? total - p * Math.log(p) : total), 0);
  return 1 - entropy / Math.log(q.length);
}

/** S_SS: mean histogram intersection Σ min(q′, q) with past distributions; 0 without a past. */
export function stability(q: readonly number[], past: Rows): number {
  if (past.length === 0) return 0;
  const intersections = past.map((old) => old.reduce((total, p, o) => total + Math.min(p, q[o] as number), 0));
  return intersections.reduce((a, b) => a + b) / past.length;
}

/** N(v) = (v − min v) / (max v − min v); zeros where all are equal. */
export function normalized(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}

/**
 * Criterion 1: N(S_EI)·N(S_SC). Criterion 2: times N(S_SS). Over all edges, decided ones included. In a space without
 * `none` every edge is as important as the others, and that factor is left out.
 *
 * - `history`: distributions of past epochs, [epochs][edges][operations].
 */
export function edgeScores(
  { importance, distributions }: EdgeDistributions,
  criterion: 1 | 2,
  history: readonly Rows[],
): number[] {
  const factors = [normalized(distributions.map(certainty))];
  if (importance !== undefined) factors.push(normalized(importance));
  if (criterion === 2) {
    const past = (e: number): Rows => history.map((epoch) => epoch[e] ?? []);
    factors.push(normalized(distributions.map((q, e) => stability(q, past(e)))));
  }
  return distributions.map((_, e) => factors.reduce((product, factor) => product * (factor[e] as number), 1));
}
