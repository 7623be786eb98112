/** Scores against a benchmark table: how well each proxy orders architectures, and what parameters and multiply-adds do. */
import type { Benchmark, Metric } from "../../benchmarks/benchmark.ts";
import { mean } from "../../benchmarks/mean.ts";
import { openBenchmark } from "../../benchmarks/registry.ts";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { pairwiseAgreement } from "../../proxies/aggregate.ts";
import { ownName, proxyName } from "../../proxies/names.ts";
import { oriented } from "../../statistics/order.ts";
import type { Progress } from "../drive.ts";
import { type Candidates, candidatesOf } from "./candidates.ts";
import { membersOf, type RankedColumn, rankedColumns } from "./columns.ts";
import { type ColumnCorrelations, type CorrelationOptions, correlationMatrix, correlationsOf } from "./correlations.ts";
import { weightedColumns } from "./flops-weights.ts";
import { readScoreTable } from "./score-table.ts";

export interface CorrelateRequest extends CorrelationOptions {
  /** A table of `archwright score`, or any CSV with a column of architectures. */
  readonly scores: string;
  /** A benchmark table by name, or the path of one that `archwright import` has made. */
  readonly benchmark: string;
  /** Names of its metrics, or only `all`; `:lower` or `:higher` behind a name says which way is better. */
  readonly metrics: readonly string[];
  /** Columns of the scores to take. @default all */
  readonly proxies?: readonly string[];
  /** Rankings beside the published aggregates whose members are taken: `synflow+nwot`, of any columns of the scores. */
  readonly aggregates?: readonly string[];
  /** Weights of Eproxy's FLOPs term at which its losses are compared as well. */
  readonly flopsWeights?: readonly number[];
  /** Columns in which smaller is better, and in which larger is, whatever the scores' description or their names say. */
  readonly lower?: readonly string[];
  readonly higher?: readonly string[];
  /** The column of the architectures in a CSV from elsewhere, where it has a name of its own. */
  readonly column?: string;
}

/** One column against one metric. */
export interface ScoreCorrelation extends ColumnCorrelations {
  readonly name: string;
  readonly kind: RankedColumn["kind"];
  /** The metric's value of the best pick, as the table has it, and its text; null where no score is a number. */
  readonly bestValue: number | null;
  readonly bestArchitecture: string | null;
}

export interface MetricCorrelations {
  readonly metric: Metric;
  /** Architectures that have scores and a value. */
  readonly architectures: number;
  /** The best and the mean value among them, as the table has them. */
  readonly best: number;
  readonly mean: number;
  /** Highest ρ first. */
  readonly scores: readonly ScoreCorrelation[];
  /** Part of the pairs of architectures that the vote of synflow, jacob_cov and snip decides rightly, if they are there. */
  readonly voteAgreement?: number;
}

export interface Correlations {
  readonly scores: string;
  readonly benchmark: string;
  readonly space: string;
  /** Architectures with scores that the table holds. */
  readonly architectures: number;
  /** Those that it does not hold. */
  readonly notInTable: number;
  /** Architectures still to be scored, of an unfinished table of scores. */
  readonly unfinished: number;
  readonly resamples: number;
  readonly seed: number;
  readonly top: number;
  readonly metrics: readonly MetricCorrelations[];
  /** Spearman's ρ between the columns, over all the architectures that the table holds. */
  readonly matrix: { readonly names: readonly string[]; readonly spearman: readonly (readonly (number | null)[])[] };
}

/** The numbers that a report draws. */
export interface CorrelatedColumns {
  readonly candidates: Candidates;
  readonly columns: readonly RankedColumn[];
}

const fewest = 3;

/**
 * Correlates. Throws {@link ArchwrightError}: `usage` for a wrong request, an unknown metric or column, or scores of another
 * space than the table's; `architecture` for one that is outside the space, with its line; `run`, `benchmark` and `io` for
 * files that are damaged or cannot be read.
 *
 * @example
 * ```ts
 * import { correlateScores } from "archwright";
 *
 * const { metrics } = correlateScores({ scores: "scores.csv", benchmark: "nasbench201", metrics: ["cifar10-test"] });
 * for (const { name, spearman } of metrics[0]?.scores ?? []) console.log(name, spearman.value);
 * ```
 */
export const correlateScores = (request: CorrelateRequest): Correlations => correlate(request).correlations;

/** {@link correlateScores} with the columns themselves. */
export function correlate(
  request: CorrelateRequest,
  onProgress: (progress: Progress) => void = () => {},
): CorrelatedColumns & { readonly correlations: Correlations } {
  const { resamples = 1000, seed = 0, top = 0.1 } = request;
  checkNumbers({ resamples, seed, top });
  const benchmark = openBenchmark(request.benchmark);
  const metrics = metricsOf(benchmark, request.metrics);
  const table = readScoreTable(request.scores, { ...request, members: membersOf(request.aggregates ?? []) });
  const candidates = candidatesOf(table, benchmark);
  const columns = [
    ...rankedColumns(table, candidates, request.aggregates ?? []),
    ...weightedColumns(table, candidates, request.flopsWeights ?? []),
  ];
  const correlations = {
    scores: request.scores,
    benchmark: benchmark.name,
    space: candidates.space.name,
    architectures: candidates.rows.length,
    notInTable: candidates.notInTable,
    unfinished: table.unfinished,
    resamples,
    seed,
    top,
    metrics: metrics.map((metric, i) => {
      onProgress({ done: i, total: metrics.length, label: metric.name });
      return metricCorrelations(benchmark, metric, candidates, columns, { resamples, seed, top });
    }),
    matrix: {
      names: columns.map(({ name }) => name),
      spearman: correlationMatrix(columns.map(({ combine }) => combine(candidates.rows.map((_, i) => i)))),
    },
  };
  return { candidates, columns, correlations };
}

function metricsOf(benchmark: Benchmark, names: readonly string[]): Metric[] {
  const comparable = benchmark.metrics.filter(({ larger }) => larger !== "neither");
  if (`${names}` === "all") return comparable;
  if (names.length === 0) throw new ArchwrightError("usage", "there is no metric; give --metric a,b or all");
  const found = names.map((name) => metricOf(benchmark, name));
  const twice = found.find(({ name }, i) => found.findIndex((metric) => metric.name === name) !== i);
  if (twice !== undefined) throw new ArchwrightError("usage", `the metric ${twice.name} is given twice`);
  return found;
}

/** One that is neither good nor bad needs a direction. */
function metricOf({ name: table, metrics }: Benchmark, given: string): Metric {
  const [, name = given, said] = /^(.*):(lower|higher)$/i.exec(given) ?? [];
  const wanted = metrics.some((metric) => metric.name === name.toLowerCase()) ? name.toLowerCase() : ownName(name);
  const found = metrics.find((metric) => metric.name === wanted);
  if (found === undefined || (found.larger === "neither" && said === undefined)) {
    const comparable = metrics.filter(({ larger }) => larger !== "neither").map((metric) => metric.name);
    throw unknownName(`metric of ${table}`, name, comparable);
  }
  if (wanted !== name.toLowerCase()) proxyName(name);
  return said === undefined ? found : { ...found, larger: said.toLowerCase() === "lower" ? "worse" : "better" };
}

function metricCorrelations(
  benchmark: Benchmark,
  metric: Metric,
  candidates: Candidates,
  columns: readonly RankedColumn[],
  options: Required<CorrelationOptions>,
): MetricCorrelations {
  const { present, values } = candidates.measured(metric.name);
  if (present.length < fewest) {
    const message = `${benchmark.name} has ${metric.name} of only ${present.length} of the scored architectures; ${fewest} are needed`;
    throw new ArchwrightError("benchmark", message);
  }
  const results = oriented(values, metric.larger === "worse" ? "lower" : "higher");
  const scores = columns.map(({ combine }) => combine(present));
  const found = correlationsOf(scores, results, options);
  const sign = metric.larger === "worse" ? -1 : 1;
  const named = columns.map(({ name, kind }, c): ScoreCorrelation => {
    const correlations = found[c] as ColumnCorrelations;
    const { best } = correlations;
    if (best === null) return { name, kind, ...correlations, bestValue: null, bestArchitecture: null };
    const bestArchitecture = candidates.rows[present[best.position] as number]?.architecture as string;
    return { name, kind, ...correlations, bestValue: sign * best.result, bestArchitecture };
  });
  const agreement = voteAgreement(columns, present, results);
  return {
    metric,
    architectures: present.length,
    best: sign * Math.max(...results),
    mean: mean(values),
    scores: named.sort((a, b) => (b.spearman.value ?? -2) - (a.spearman.value ?? -2)),
    ...(agreement === undefined ? {} : { voteAgreement: agreement }),
  };
}

/** As Abdelfattah et al. report it (zero-cost-proxies §2.10). */
function voteAgreement(
  columns: readonly RankedColumn[],
  present: readonly number[],
  results: readonly number[],
): number | undefined {
  const voters = ["synflow", "jacob_cov", "snip"].map((name) => columns.find((column) => column.name === name));
  if (voters.includes(undefined)) return undefined;
  return pairwiseAgreement(
    voters.map((column) => column?.combine(present) ?? []),
    results,
  );
}

function checkNumbers({ resamples, seed, top }: Required<CorrelationOptions>): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ArchwrightError("usage", `the seed must be a whole number from 0, not ${seed}`);
  if (!Number.isInteger(resamples) || resamples < 0 || resamples > 100_000) {
    throw new ArchwrightError("usage", `the resamples must be a whole number from 0 to 100000, not ${resamples}`);
  }
  if (resamples === 1)
    throw new ArchwrightError("usage", "an interval needs at least 2 resamples; give 2 or more, or 0 for none");
  if (!(top > 0 && top <= 1))
    throw new ArchwrightError("usage", `the top must be a share above 0 and up to 1, not ${top}`);
}
