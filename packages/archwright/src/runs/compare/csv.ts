/** `results.csv`: a line for each run (RFC 4180). */
import { csvLine } from "../csv.ts";
import type { Outcome } from "./outcomes.ts";

/** Text of the table; a cell is empty where a run has no such value. */
export function resultsCsv(outcomes: readonly Outcome[]): string {
  const metrics = [...new Set(outcomes.flatMap(({ found }) => Object.keys(found?.benchmark?.metrics ?? {})))];
  const header = [
    "method",
    "seed",
    "status",
    "architecture",
    "parameters",
    "macs",
    "search_seconds",
    "validation_score",
    "fitness",
  ];
  const rows = outcomes.map(({ method, seed, status, found, elapsedSeconds, folder, error }) => [
    method,
    seed,
    status,
    found?.architecture,
    found?.parameters,
    found?.macs,
    elapsedSeconds,
    found?.fitness === undefined ? found?.score : undefined,
    found?.fitness === undefined ? undefined : found.score,
    ...metrics.map((metric) => found?.benchmark?.metrics[metric]),
    folder,
    error,
  ]);
  const lines = [[...header, ...metrics, "folder", "error"], ...rows].map(csvLine);
  return `${lines.join("\r\n")}\r\n`;
}
