/** How well columns of scores order architectures as a column of results does (zero-cost-proxies §6). Numbers only. */
import { Random } from "../../random.ts";
import { type Interval, percentileInterval, resampled } from "../../statistics/bootstrap.ts";
import { PairedRanks } from "../../statistics/paired-ranks.ts";
import { averageRanks } from "../../statistics/ranks.ts";

/** Values of the same architectures, of which larger is better; what is no number is -Infinity. */
export type Oriented = readonly number[];

/** A rank correlation, from -1 to 1. */
export interface Correlation {
  /** Null where it is undefined: one of the two sides is constant. */
  readonly value: number | null;
  /** The middle 95 % over resamples of the architectures; absent where these are too few. */
  readonly interval?: Interval;
}

export interface RankCorrelations {
  /** Architectures that are compared. */
  readonly count: number;
  readonly spearman: Correlation;
  /** τ_b */
  readonly kendall: Correlation;
}

/** The architecture that a column scores highest. */
export interface BestPick {
  /** Its position; the first of several that share the highest score. */
  readonly position: number;
  /** How many share it. */
  readonly ties: number;
  /** Its result, larger is better: the mean of those that share the highest score. */
  readonly result: number;
  /** 1 for the best result of all; the mean of those that share the highest score. */
  readonly rank: number;
}

export interface ColumnCorrelations extends RankCorrelations {
  /** Among the architectures with the best results. */
  readonly top: RankCorrelations;
  /** Null where no score is a number. */
  readonly best: BestPick | null;
  /** Scores that are NaN or minus infinity: one tied group at the bottom. */
  readonly withoutNumber: number;
}

export interface CorrelationOptions {
  /** Share of the architectures that counts as the top. @default 0.1 */
  readonly top?: number;
  /** Resamples for the intervals, at least 2; 0 for none. @default 1000 */
  readonly resamples?: number;
  /** Of the resamples. @default 0 */
  readonly seed?: number;
}

/** Of fewer architectures the bootstrap says little: resamples of a handful are the same few, over and over. */
export const FEWEST_FOR_INTERVAL = 10;

/** The columns against `results`, all of the same architectures in the same order. */
export function correlationsOf(
  columns: readonly Oriented[],
  results: Oriented,
  { top = 0.1, resamples = 1000, seed = 0 }: CorrelationOptions = {},
): ColumnCorrelations[] {
  const best = bestPositions(results, top);
  const own = <T>(values: readonly T[]): T[] => best.map((i) => values[i] as T);
  const all = rankCorrelations(columns, results, resamples, Random.stream(seed, "correlate/all"));
  const among = rankCorrelations(columns.map(own), own(results), resamples, Random.stream(seed, "correlate/top"));
  const resultRanks = averageRanks(results.map((result) => -result));
  return columns.map((column, c) => {
    const withoutNumber = column.filter((score) => score === Number.NEGATIVE_INFINITY).length;
    return {
      ...(all[c] as RankCorrelations),
      top: among[c] as RankCorrelations,
      best: withoutNumber === column.length ? null : bestPick(column, results, resultRanks),
      withoutNumber,
    };
  });
}

/** Spearman's ρ of every column against every other; null where one is constant. */
export function correlationMatrix(columns: readonly Oriented[]): (number | null)[][] {
  const found = columns.map(() => new Array<number | null>(columns.length).fill(null));
  for (const [a, x] of columns.entries()) {
    for (const [b, y] of columns.slice(0, a + 1).entries()) {
      const value = defined(new PairedRanks(x, y).spearman());
      (found[a] as (number | null)[])[b] = value;
      (found[b] as (number | null)[])[a] = value;
    }
  }
  return found;
}

/** Positions of the best results: this share of them, rounded up, in their order. Of equal results the earlier ones. */
export function bestPositions(results: Oriented, share: number): number[] {
  const order = results.map((_, i) => i).sort((a, b) => (results[b] as number) - (results[a] as number) || a - b);
  return order.slice(0, Math.ceil(share * results.length)).sort((a, b) => a - b);
}

/** All columns over the same resamples. */
function rankCorrelations(
  columns: readonly Oriented[],
  results: Oriented,
  resamples: number,
  random: Random,
): RankCorrelations[] {
  const pairs = columns.map((column) => new PairedRanks(column, results));
  const samples = pairs.map(() => ({ spearman: [] as number[], kendall: [] as number[] }));
  const drawn = results.length < FEWEST_FOR_INTERVAL ? 0 : resamples;
  for (const counts of resampled(results.length, drawn, (below) => random.integer(below))) {
    for (const [c, pair] of pairs.entries()) {
      samples[c]?.spearman.push(pair.spearman(counts));
      samples[c]?.kendall.push(pair.kendall(counts));
    }
  }
  return pairs.map((pair, c) => ({
    count: results.length,
    spearman: correlation(pair.spearman(), samples[c]?.spearman ?? []),
    kendall: correlation(pair.kendall(), samples[c]?.kendall ?? []),
  }));
}

function correlation(value: number, samples: readonly number[]): Correlation {
  const interval = Number.isNaN(value) ? undefined : percentileInterval(samples);
  return { value: defined(value), ...(interval === undefined ? {} : { interval }) };
}

const defined = (value: number): number | null => (Number.isNaN(value) ? null : value);

function bestPick(column: Oriented, results: Oriented, resultRanks: Float64Array): BestPick {
  const highest = column.reduce((best, score) => (score > best ? score : best), Number.NEGATIVE_INFINITY);
  const tied = column.flatMap((score, i) => (score === highest ? [i] : []));
  const mean = (values: ArrayLike<number>): number =>
    tied.reduce((sum, i) => sum + (values[i] as number), 0) / tied.length;
  return { position: tied[0] as number, ties: tied.length, result: mean(results), rank: mean(resultRanks) };
}
