/** `results.csv`: a line for each run (RFC 4180). */
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
  ];
  const rows = outcomes.map(({ method, seed, status, found, elapsedSeconds, folder, error }) => [
    method,
    seed,
    status,
    found?.architecture,
    found?.parameters,
    found?.macs,
    elapsedSeconds,
    found?.score,
    ...metrics.map((metric) => found?.benchmark?.metrics[metric]),
    folder,
    error,
  ]);
  const lines = [[...header, ...metrics, "folder", "error"], ...rows].map((cells) => cells.map(csvCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function csvCell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
