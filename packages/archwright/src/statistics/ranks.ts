/** Ranks, and rank correlations between two lists (zero-cost-proxies §6). */
import { type KendallForm, PairedRanks } from "./paired-ranks.ts";

type Values = ArrayLike<number>;

/**
 * Spearman's ρ: Pearson's correlation of average ranks. NaN, as undefined, if either list is constant, shorter than
 * two, or holds a NaN: leave such pairs out before. Infinite values rank as they compare.
 */
export function spearman(x: Values, y: Values): number {
  sameLength(x, y);
  return holdsNaN(x) || holdsNaN(y) ? Number.NaN : new PairedRanks(x, y).spearman();
}

/** Kendall's τ_b, or another of its forms. NaN under the same conditions as {@link spearman}. */
export function kendall(x: Values, y: Values, form: KendallForm = "b"): number {
  sameLength(x, y);
  return holdsNaN(x) || holdsNaN(y) ? Number.NaN : new PairedRanks(x, y).kendall(undefined, form);
}

/** Ranks from 1; equal values share the mean of the ranks they take up. */
export function averageRanks(values: Values): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => {
    const [left, right] = [values[a] as number, values[b] as number];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function holdsNaN(values: Values): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function sameLength(x: Values, y: Values): void {
  if (x.length !== y.length) throw new RangeError(`rank correlation of ${x.length} against ${y.length} values`);
}
