/** Correlations as text. */
import type { Correlations, MetricCorrelations, ScoreCorrelation } from "../runs/correlate/correlate-scores.ts";
import type { Correlation } from "../runs/correlate/correlations.ts";
import { decimals, percent, signed } from "../runs/correlate/text.ts";
import { formatCount } from "../runs/report/numbers.ts";
import { aligned } from "./table.ts";

export function correlationsText(correlations: Correlations): string[] {
  const { notInTable, unfinished, benchmark } = correlations;
  return [
    ...correlations.metrics.flatMap((metric) => [...metricText(metric, correlations), ""]),
    ...(notInTable === 0 ? [] : [`${formatCount(notInTable)} scored architectures are not in ${benchmark}`]),
    ...(unfinished === 0 ? [] : [`${formatCount(unfinished)} architectures are still to be scored`]),
  ];
}

function metricText(
  { metric, architectures, best, mean, scores, voteAgreement }: MetricCorrelations,
  { top, resamples }: Correlations,
): string[] {
  const share = `top ${percent(top)}`;
  const intervals = resamples > 0;
  const unit = metric.unit === "" ? "" : ` ${metric.unit}`;
  const range = intervals ? ["95 %"] : [];
  const header = ["", "ρ", ...range, "τ", ...range, `ρ ${share}`, `τ ${share}`, "best pick", "its rank"];
  const failing = scores.some(({ withoutNumber }) => withoutNumber > 0);
  const rows = scores.map((score) => [
    ...cells(score, intervals),
    ...(failing ? [formatCount(score.withoutNumber)] : []),
  ]);
  const intro = `${metric.name}: ${formatCount(architectures)} architectures, best ${decimals(best)}${unit}, mean ${decimals(mean)}${unit}`;
  const votes =
    voteAgreement === undefined
      ? []
      : [`vote of synflow, jacob_cov and snip: ${(100 * voteAgreement).toFixed(1)} % of the pairs right`];
  return [intro, ...aligned([[...header, ...(failing ? ["no number"] : [])], ...rows]), ...votes];
}

function cells(
  { name, kind, spearman, kendall, top, best, bestValue }: ScoreCorrelation,
  intervals: boolean,
): string[] {
  const range = (correlation: Correlation): string[] => (intervals ? [interval(correlation)] : []);
  return [
    kind === "proxy" ? name : `${name} (${kind})`,
    signed(spearman.value),
    ...range(spearman),
    signed(kendall.value),
    ...range(kendall),
    signed(top.spearman.value),
    signed(top.kendall.value),
    ...(best === null || bestValue === null
      ? ["–", "–"]
      : [`${decimals(bestValue)}${best.ties > 1 ? ` (of ${best.ties})` : ""}`, formatCount(Math.round(best.rank))]),
  ];
}

const interval = (correlation: Correlation): string =>
  correlation.interval === undefined
    ? ""
    : `${signed(correlation.interval.low)} to ${signed(correlation.interval.high)}`;
