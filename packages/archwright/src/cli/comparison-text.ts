/** The tables of a comparison as text for people. */
import type { Metric } from "../benchmarks/benchmark.ts";
import type { MethodSummary, Outcome } from "../runs/compare/outcomes.ts";
import type { Spread } from "../runs/compare/statistics.ts";
import { formatDuration, formatLarge } from "../runs/report/numbers.ts";
import { taskText } from "../spaces/architecture-space.ts";
import { aligned } from "./table.ts";

/** A row for each method, mean ± sample standard deviation, and beneath it the best accuracies. */
export function methodsText(summaries: readonly MethodSummary[], metrics: readonly Metric[]): string[] {
  const header = ["method", "runs", ...metrics.map(({ name }) => name), "search time", "parameters", "multiply-adds"];
  const rows = summaries.flatMap((summary) => {
    const { method, finished, runs, accuracies, elapsedSeconds, parameters, macs } = summary;
    const own = metrics.map(({ name }) => accuracies[name]);
    const means = own.map((values) => meanText(values, (value) => value.toFixed(2)));
    const costs = [
      meanText(elapsedSeconds, formatDuration),
      meanText(parameters, formatLarge),
      meanText(macs, formatLarge),
    ];
    const best = own.map((values) => values?.largest.toFixed(2) ?? "");
    return [
      [method, `${finished}/${runs}`, ...means, ...costs],
      ...(best.some((text) => text !== "") ? [["  best", "", ...best, "", "", ""]] : []),
    ];
  });
  return aligned([header, ...rows]);
}

/** What parameters and multiply-adds are counted for, once a run has them. */
export function countedFor(runs: readonly Outcome[]): (readonly [string, string])[] {
  const task = runs.flatMap((run) => run.found?.task ?? [])[0];
  return task === undefined ? [] : [["counted for", taskText(task)]];
}

/** A row for each run. */
export function runsText(runs: readonly Outcome[], metrics: readonly Metric[]): string[] {
  const header = ["run", "seed", ...metrics.map(({ name }) => name), "search time", "parameters", "multiply-adds"];
  const rows = runs.map(({ method, seed, status, found, elapsedSeconds }) => {
    if (found === undefined) return [method, String(seed), status === "missing" ? "not begun" : status];
    const values = metrics.map(({ name }) => found.benchmark?.metrics[name]?.toFixed(2) ?? "–");
    const time = elapsedSeconds === undefined ? "–" : formatDuration(elapsedSeconds);
    return [method, String(seed), ...values, time, formatLarge(found.parameters), formatLarge(found.macs)];
  });
  return aligned([header, ...rows]);
}

function meanText(values: Spread | undefined, format: (value: number) => string): string {
  if (values === undefined) return "–";
  return values.std === undefined ? format(values.mean) : `${format(values.mean)} ± ${format(values.std)}`;
}
