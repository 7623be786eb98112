/** One score out of several: by votes and by ranks over a table of candidates. Works on numbers, without libtorch. */
import { compare, finiteOrBottom } from "../statistics/order.ts";
import { averageRanks } from "../statistics/ranks.ts";

/** Scores of the same candidates by one proxy, larger is better (`oriented`). */
export type Column = readonly number[];

/** Ranks from 1, the smallest score first; equal scores share a rank, and none is left out. */
export function denseRanks(scores: Column): number[] {
  const comparable = scores.map(finiteOrBottom);
  const distinct = [...new Set(comparable)].sort(compare);
  const rank = new Map(distinct.map((value, i) => [value, i + 1]));
  return comparable.map((value) => rank.get(value) as number);
}

/**
 * AZ-NAS: Σ over columns of ln(rank/l) of l candidates, at most 0 (zero-cost-proxies §4.3). A candidate that is poor in one
 * column loses more than it can make up for in another. `linear`: Σ rank/l, the paper's ablation. @default "logarithmic"
 */
export function azNas(columns: readonly Column[], over: "logarithmic" | "linear" = "logarithmic"): number[] {
  const all = columns.map(ranksFromBottom);
  return candidates(columns).map((_, i) =>
    all.reduce((total, column) => {
      const share = (column[i] as number) / column.length;
      return total + (over === "linear" ? share : Math.log(share));
    }, 0),
  );
}

/** Σ rank over the columns: every proxy counts the same. */
export function rankSum(columns: readonly Column[]): number[] {
  const all = columns.map(ranksFromBottom);
  return candidates(columns).map((_, i) => all.reduce((total, column) => total + (column[i] as number), 0));
}

/**
 * The majority's choice over all pairs of candidates: how many others each one beats, draws counting a half (Copeland).
 * `vote` of Abdelfattah et al. takes the columns of synflow, jacob_cov and snip (zero-cost-proxies §2.10).
 */
export function vote(columns: readonly Column[]): number[] {
  const own = columns.map((column) => column.map(finiteOrBottom));
  const all = candidates(columns);
  return all.map((_, a) =>
    all.reduce((wins, _other, b) => (a === b ? wins : wins + (1 + Math.sign(majority(own, a, b))) / 2), 0),
  );
}

/**
 * Part of the pairs that differ in `truth` of which the majority picks the better one; a draw is half right. NaN if all of
 * `truth` is equal.
 */
export function pairwiseAgreement(columns: readonly Column[], truth: Column): number {
  const own = columns.map((column) => column.map(finiteOrBottom));
  let pairs = 0;
  let right = 0;
  for (const a of truth.keys()) {
    for (let b = 0; b < a; b++) {
      const better = compare(truth[a] as number, truth[b] as number);
      if (better === 0) continue;
      pairs++;
      right += (1 + Math.sign(majority(own, a, b)) * better) / 2;
    }
  }
  return right / pairs;
}

/**
 * TE-NAS's order of pruning: rank sums, of which the smallest is pruned first (zero-cost-proxies §4.6).
 *
 * - `conditionDrop`: (κ - κ without the operation)/κ; the operation whose removal lowers κ most ranks first.
 * - `regionDrop`: (R - R without the operation)/R; the one whose removal lowers R least ranks first.
 */
export function pruningRanks(conditionDrop: Column, regionDrop: Column): number[] {
  const byCondition = denseRanks(conditionDrop.map((drop) => -drop));
  const byRegions = denseRanks(regionDrop);
  return byCondition.map((rank, i) => rank + (byRegions[i] as number));
}

/** Votes for `a` less votes for `b`. */
const majority = (columns: readonly Column[], a: number, b: number): number =>
  columns.reduce((total, column) => total + compare(column[a] as number, column[b] as number), 0);

const ranksFromBottom = (column: Column): Float64Array => averageRanks(column.map(finiteOrBottom));

/** The first column, as a stand-in for the list of candidates. */
function candidates(columns: readonly Column[]): Column {
  const [first = [], ...others] = columns;
  if (others.some(({ length }) => length !== first.length)) {
    throw new RangeError("the columns must hold scores of the same candidates");
  }
  return first;
}
