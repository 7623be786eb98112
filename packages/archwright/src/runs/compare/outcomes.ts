/** How the runs of a comparison ended, read from their directories, and what the methods come to. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Metric } from "../../benchmarks/benchmark.ts";
import { readArchitectureFile, readRunFile, runPaths } from "../run-directory.ts";
import type { ArchitectureFile } from "../run-files.ts";
import { shownMetrics } from "../table-values.ts";
import type { ComparisonFile } from "./comparison-directory.ts";
import { type PlannedRun, plannedRuns } from "./request.ts";
import { type Spread, spread } from "./statistics.ts";

/** A run of a comparison as it is now. */
export interface Outcome extends PlannedRun {
  /** `interrupted`: it began and can be continued; `missing`: it has not begun. */
  readonly status: "finished" | "interrupted" | "failed" | "missing";
  /** Why it failed. */
  readonly error?: string;
  /** Absent unless finished. */
  readonly found?: ArchitectureFile;
  /** Whether its directory has a report. */
  readonly hasReport: boolean;
  /** Time spent searching, summed over resumes; absent where nothing ran. */
  readonly elapsedSeconds?: number;
}

/** What the finished runs of a method come to. */
export interface MethodSummary {
  readonly method: string;
  readonly runs: number;
  readonly finished: number;
  /** In percent, by the name of the table's metric; the best is the largest. */
  readonly accuracies: Readonly<Record<string, Spread>>;
  readonly elapsedSeconds?: Spread;
  readonly parameters?: Spread;
  readonly macs?: Spread;
}

export const readOutcomes = (directory: string, { request, failures }: ComparisonFile): Outcome[] =>
  plannedRuns(request).map((run) => readOutcome(directory, run, failures[run.folder]));

/** - `failure`: why the run failed when it was last tried. */
export function readOutcome(directory: string, planned: PlannedRun, failure?: string): Outcome {
  const path = join(directory, planned.folder);
  const { run, report } = runPaths(path);
  const known = { ...planned, hasReport: existsSync(report) };
  if (!existsSync(run)) return failure === undefined ? { ...known, status: "missing" } : failed(known, failure);
  try {
    const { status, elapsedSeconds, error } = readRunFile(path);
    const found = status === "finished" ? readArchitectureFile(path) : undefined;
    if (found !== undefined) return { ...known, status: "finished", found, elapsedSeconds };
    const why = failure ?? (status === "failed" ? (error ?? "no reason was recorded") : undefined);
    return why === undefined
      ? { ...known, status: "interrupted", elapsedSeconds }
      : { ...failed(known, why), elapsedSeconds };
  } catch (error) {
    return failed(known, (error as Error).message);
  }
}

const failed = (known: PlannedRun & Pick<Outcome, "hasReport">, error: string): Outcome => ({
  ...known,
  status: "failed",
  error,
});

/** What the table that the runs name says of answers, in its order: nothing where they name none. */
export function tableMetrics(outcomes: readonly Outcome[]): readonly Metric[] {
  const values = outcomes.flatMap(({ found }) => found?.benchmark ?? [])[0];
  return values === undefined ? [] : shownMetrics(values);
}

/** A summary for each method, in the order in which they were given. */
export function summarize(
  methods: readonly string[],
  outcomes: readonly Outcome[],
  metrics: readonly Metric[],
): MethodSummary[] {
  return methods.map((method): MethodSummary => {
    const own = outcomes.filter((outcome) => outcome.method === method);
    const found = own.flatMap((outcome) => (outcome.found === undefined ? [] : [outcome.found]));
    const seconds = own.flatMap(({ found, elapsedSeconds }) =>
      found === undefined || elapsedSeconds === undefined ? [] : [elapsedSeconds],
    );
    const accuracies = metrics.flatMap(({ name }): [string, Spread][] => {
      const values = found.flatMap(({ benchmark }) => benchmark?.metrics[name] ?? []);
      const all = spread(values);
      return all === undefined ? [] : [[name, all]];
    });
    return {
      method,
      runs: own.length,
      finished: found.length,
      accuracies: Object.fromEntries(accuracies),
      ...named("elapsedSeconds", spread(seconds)),
      ...named("parameters", spread(found.map(({ parameters }) => parameters))),
      ...named("macs", spread(found.map(({ macs }) => macs))),
    };
  });
}

const named = <K extends string>(name: K, value: Spread | undefined): Partial<Record<K, Spread>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, Spread>);
