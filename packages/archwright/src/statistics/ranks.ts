/** Rank correlations between scores and accuracies (zero-cost-proxies §6). */

type Values = ArrayLike<number>;

/**
 * Spearman's ρ: Pearson's correlation of average ranks. NaN, as undefined, if either list is constant, shorter than
 * two, or holds a NaN: leave such pairs out before. Infinite values rank as they compare.
 */
export function spearman(x: Values, y: Values): number {
  sameLength(x, y);
  if (holdsNaN(x) || holdsNaN(y)) return Number.NaN;
  const rx = averageRanks(x);
  const ry = averageRanks(y);
  // Ranks 1..n have this mean with or without ties.
  const mean = (x.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (rx[i] as number) - mean;
    const dy = (ry[i] as number) - mean;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/** Ranks from 1; equal values share the mean of the ranks they take up. */
export function averageRanks(values: Values): Float64Array {
  const order = sortedOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Kendall's τ_b = (C − D) / √((n0 − n1)(n0 − n2)), with n1 and n2 the pairs tied in x and in y, in O(n log n)
 * (Knight 1966). NaN under the same conditions as {@link spearman}.
 */
export function kendall(x: Values, y: Values): number {
  sameLength(x, y);
  if (holdsNaN(x) || holdsNaN(y)) return Number.NaN;
  const order = sortedOrder(x, y);
  const ys = Float64Array.from(order, (i) => y[i] as number);
  const equalX = (a: number, b: number) => x[order[a] as number] === x[order[b] as number];
  const tiedX = tiedPairs(x.length, equalX);
  const tiedBoth = tiedPairs(x.length, (a, b) => equalX(a, b) && ys[a] === ys[b]);
  // Sorted by x, then y: a pair is discordant exactly if its y values stand in the wrong order.
  const discordant = sortCountingInversions(ys);
  const tiedY = tiedPairs(x.length, (a, b) => ys[a] === ys[b]);
  const pairs = (x.length * (x.length - 1)) / 2;
  const concordant = pairs - tiedX - tiedY + tiedBoth - discordant;
  return (concordant - discordant) / Math.sqrt((pairs - tiedX) * (pairs - tiedY));
}

/** Positions in ascending order of `first`, ties by `second`. */
function sortedOrder(first: Values, second?: Values): Uint32Array {
  const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
  return Uint32Array.from({ length: first.length }, (_, i) => i).sort(
    (a, b) =>
      compare(first[a] as number, first[b] as number) ||
      (second === undefined ? 0 : compare(second[a] as number, second[b] as number)),
  );
}

/** Pairs among 0..n-1 that lie in one run of neighbours which are equal. */
function tiedPairs(n: number, equal: (a: number, b: number) => boolean): number {
  let pairs = 0;
  let run = 1;
  for (let i = 1; i <= n; i++) {
    if (i < n && equal(i - 1, i)) {
      run++;
      continue;
    }
    pairs += (run * (run - 1)) / 2;
    run = 1;
  }
  return pairs;
}

/** Sorts ascending by merging, and returns how many pairs stood in strictly descending order. */
function sortCountingInversions(values: Float64Array): number {
  let inversions = 0;
  const merged = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let k = start; k < end; k++) {
        const fromRight = left === middle || (right < end && (values[right] as number) < (values[left] as number));
        if (fromRight) inversions += middle - left;
        merged[k] = values[fromRight ? right++ : left++] as number;
      }
    }
    values.set(merged);
  }
  return inversions;
}

function holdsNaN(values: Values): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function sameLength(x: Values, y: Values): void {
  if (x.length !== y.length) throw new RangeError(`rank correlation of ${x.length} against ${y.length} values`);
}
