/**
 * Rank correlations of the same pairs many times over, each pair taken as often as it is asked for: the resamples of a
 * bootstrap. What needs sorting is done once.
 */

type Values = ArrayLike<number>;

/** How ties count in Kendall's τ (zero-cost-proxies §6). */
export type KendallForm = "a" | "b" | "c";

export class PairedRanks {
  /** By pair: position of its value among the distinct values. */
  readonly #x: Uint32Array;
  readonly #y: Uint32Array;
  /** How many distinct values there are. */
  readonly #distinctX: number;
  readonly #distinctY: number;
  /** Pairs in ascending order of x, then y. */
  readonly #order: Uint32Array;
  readonly #once: Uint32Array;

  /** Of lists as long as each other, without NaN. */
  constructor(x: Values, y: Values) {
    [this.#x, this.#distinctX] = positions(x);
    [this.#y, this.#distinctY] = positions(y);
    const [px, py] = [this.#x, this.#y];
    this.#order = Uint32Array.from(px, (_, i) => i).sort(
      (a, b) => (px[a] as number) - (px[b] as number) || (py[a] as number) - (py[b] as number),
    );
    this.#once = new Uint32Array(px.length).fill(1);
  }

  /**
   * Spearman's ρ: Pearson's correlation of average ranks. NaN if either side is constant.
   *
   * - `counts`: how often each pair is there. @default once
   */
  spearman(counts: Uint32Array = this.#once): number {
    const rx = classRanks(this.#x, this.#distinctX, counts);
    const ry = classRanks(this.#y, this.#distinctY, counts);
    const mean = (total(counts) + 1) / 2;
    let [xy, xx, yy] = [0, 0, 0];
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      const dx = (rx[this.#x[i] as number] as number) - mean;
      const dy = (ry[this.#y[i] as number] as number) - mean;
      xy += count * dx * dy;
      xx += count * dx * dx;
      yy += count * dy * dy;
    }
    return xy / Math.sqrt(xx * yy);
  }

  /**
   * Kendall's τ in O(n log n), with n0 pairs, C of them concordant and D discordant, n1 and n2 tied in x and in y. NaN if
   * either side is constant. `counts` as for {@link spearman}.
   *
   * - τ_b = (C − D)/√((n0 − n1)(n0 − n2));
   * - τ_a = (C − D)/n0;
   * - τ_c = 2m(C − D)/(n²(m − 1)), m the smaller number of distinct values.
   */
  kendall(counts: Uint32Array = this.#once, form: KendallForm = "b"): number {
    const n = total(counts);
    const all = pairs(n);
    const tiedX = tiedPairs(this.#x, this.#distinctX, counts);
    const tiedY = tiedPairs(this.#y, this.#distinctY, counts);
    const { discordant, tiedBoth } = this.#compare(counts);
    const difference = all - tiedX - tiedY + tiedBoth - 2 * discordant;
    const scale = Math.sqrt((all - tiedX) * (all - tiedY));
    if (form === "b" || scale === 0) return difference / scale;
    if (form === "a") return difference / all;
    const m = Math.min(present(this.#x, this.#distinctX, counts), present(this.#y, this.#distinctY, counts));
    return (2 * m * difference) / (n ** 2 * (m - 1));
  }

  /** In order of x, against all that have a smaller x: those with a larger y are discordant. */
  #compare(counts: Uint32Array): { discordant: number; tiedBoth: number } {
    const [order, x, y] = [this.#order, this.#x, this.#y];
    const smaller = new Tally(this.#distinctY);
    let [discordant, tiedBoth] = [0, 0];
    for (let start = 0; start < order.length; ) {
      const own = x[order[start] as number];
      let end = start;
      let same = 0;
      for (; end < order.length && x[order[end] as number] === own; end++) {
        const i = order[end] as number;
        const count = counts[i] as number;
        discordant += count * smaller.above(y[i] as number);
        same = end > start && y[i] === y[order[end - 1] as number] ? same : 0;
        tiedBoth += pairs(count) + count * same;
        same += count;
      }
      for (let k = start; k < end; k++)
        smaller.add(y[order[k] as number] as number, counts[order[k] as number] as number);
      start = end;
    }
    return { discordant, tiedBoth };
  }
}

/** How many have been added at each position (Fenwick 1994): adding and asking take O(log n). */
class Tally {
  readonly #sums: Float64Array;
  #total = 0;

  constructor(size: number) {
    this.#sums = new Float64Array(size + 1);
  }

  add(position: number, count: number): void {
    if (count === 0) return;
    this.#total += count;
    for (let i = position + 1; i < this.#sums.length; i += i & -i) (this.#sums[i] as number) += count;
  }

  /** How many stand above a position. */
  above(position: number): number {
    let below = 0;
    for (let i = position + 1; i > 0; i -= i & -i) below += this.#sums[i] as number;
    return this.#total - below;
  }
}

/** For each value its position among the distinct values, and how many of these there are. */
function positions(values: Values): [Uint32Array, number] {
  const distinct = Float64Array.from(new Set(Array.from(values, (value) => value + 0))).sort();
  const position = new Map(Array.from(distinct, (value, i) => [value, i]));
  return [Uint32Array.from(values, (value) => position.get(value + 0) as number), distinct.length];
}

function perClass(classes: Uint32Array, distinct: number, counts: Uint32Array): Float64Array {
  const sums = new Float64Array(distinct);
  for (let i = 0; i < classes.length; i++) (sums[classes[i] as number] as number) += counts[i] as number;
  return sums;
}

/** The average rank, from 1, of each distinct value. */
function classRanks(classes: Uint32Array, distinct: number, counts: Uint32Array): Float64Array {
  let before = 0;
  return perClass(classes, distinct, counts).map((count) => {
    const rank = before + (count + 1) / 2;
    before += count;
    return rank;
  });
}

const tiedPairs = (classes: Uint32Array, distinct: number, counts: Uint32Array): number =>
  perClass(classes, distinct, counts).reduce((sum, count) => sum + pairs(count), 0);

/** How many distinct values are there at all. */
const present = (classes: Uint32Array, distinct: number, counts: Uint32Array): number =>
  perClass(classes, distinct, counts).filter((count) => count > 0).length;

const pairs = (n: number): number => (n * (n - 1)) / 2;
const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
