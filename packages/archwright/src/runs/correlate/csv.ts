/** Correlations as CSV: a line for each metric and column of scores. */
import { csvLine } from "../csv.ts";
import type { Correlations } from "./correlate-scores.ts";
import type { Correlation } from "./correlations.ts";

const header = [
  "metric",
  "score",
  "kind",
  "architectures",
  "without_number",
  "spearman",
  "spearman_low",
  "spearman_high",
  "kendall",
  "kendall_low",
  "kendall_high",
  "top_architectures",
  "top_spearman",
  "top_spearman_low",
  "top_spearman_high",
  "top_kendall",
  "top_kendall_low",
  "top_kendall_high",
  "best_value",
  "best_rank",
  "best_ties",
  "best_architecture",
];

const threeOf = ({ value, interval }: Correlation) => [value, interval?.low, interval?.high];

/** Empty cells stand for what is undefined. */
export function correlationsCsv({ metrics }: Correlations): string {
  const rows = metrics.flatMap(({ metric, scores }) =>
    scores.map(({ name, kind, count, withoutNumber, spearman, kendall, top, best, bestValue, bestArchitecture }) => [
      metric.name,
      name,
      kind,
      count,
      withoutNumber,
      ...threeOf(spearman),
      ...threeOf(kendall),
      top.count,
      ...threeOf(top.spearman),
      ...threeOf(top.kendall),
      bestValue,
      best?.rank,
      best?.ties,
      bestArchitecture,
    ]),
  );
  return `${[header, ...rows].map(csvLine).join("\r\n")}\r\n`;
}
