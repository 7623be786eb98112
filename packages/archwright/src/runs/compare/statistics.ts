/** The statistics of a comparison. */

/** Values of several runs. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** The sample standard deviation, with n − 1; absent for a single value. */
  readonly std?: number;
  readonly smallest: number;
  readonly largest: number;
}

/** Undefined where there are no values. */
export function spread(values: readonly number[]): Spread | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((a, b) => a + b) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = count === 1 ? {} : { std: Math.sqrt(squares / (count - 1)) };
  return { count, mean, ...std, smallest: Math.min(...values), largest: Math.max(...values) };
}
