/** Percentile bootstrap (Efron 1979): how much a statistic of a sample would move in other samples as large. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * How often each of `size` items is in each of `resamples` samples drawn with replacement. The array is the same one each
 * time, filled anew.
 *
 * - `draw`: a whole number from 0 up to its argument, uniformly
 */
export function* resampled(size: number, resamples: number, draw: (below: number) => number): Generator<Uint32Array> {
  const counts = new Uint32Array(size);
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < size; i++) (counts[draw(size)] as number)++;
    yield counts;
  }
}

/**
 * The middle 95 % of the statistic's values over resamples, with linear interpolation between neighbours. Resamples in which
 * it is undefined (NaN) are left out; undefined if it is so in more than half of them.
 */
export function percentileInterval(values: readonly number[]): Interval | undefined {
  const defined = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (defined.length === 0 || defined.length < values.length / 2) return undefined;
  return { low: quantile(defined, 0.025), high: quantile(defined, 0.975) };
}

/** Of values in ascending order. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}
