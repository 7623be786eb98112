/** Correlations as text. */
import type { Correlations, MetricCorrelations, ScoreCorrelation } from "../runs/correlate/correlate-scores.ts";
import type { Correlation } from "../runs/correlate/correlations.ts";
import { decimals, fewNotes, isTopShown, percent, signed } from "../runs/correlate/text.ts";
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
  const intervals = scores.some(({ spearman }) => spearman.interval !== undefined);
  const unit = metric.unit === "" ? "" : ` ${metric.unit}`;
  const range = intervals ? ["95 %"] : [];
  const header = ["", "ρ", ...range, "τ", ...range, `ρ ${share}`, `τ ${share}`, "best pick", "its rank"];
  const failing = scores.some(({ withoutNumber }) => withoutNumber > 0);
  const rows = scores.map((score) => [
    ...cells(score, intervals),
    ...(failing ? [formatCount(score.withoutNumber)] : []),
  ]);
  const intro = `${metric.name}: ${formatCount(architectures)} architectures, best ${decimals(best)}${unit}${metric.larger === "worse" ? " (smaller is better)" : ""}, mean ${decimals(mean)}${unit}`;
  const votes =
    voteAgreement === undefined
      ? []
      : [`vote of synflow, jacob_cov and snip: ${(100 * voteAgreement).toFixed(1)} % of the pairs right`];
  const [first] = scores;
  const notes = first === undefined ? [] : fewNotes(architectures, resamples, { share: top, count: first.top.count });
  return [intro, ...aligned([[...header, ...(failing ? ["no number"] : [])], ...rows]), ...votes, ...notes];
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
    ...[top.spearman, top.kendall].map(({ value }) => signed(isTopShown(top) ? value : null)),
    ...(best === null || bestValue === null
      ? ["–", "–"]
      : [`${decimals(bestValue)}${best.ties > 1 ? ` (of ${best.ties})` : ""}`, formatCount(Math.round(best.rank))]),
  ];
}

const interval = (correlation: Correlation): string =>
  correlation.interval === undefined
    ? ""
    : `${signed(correlation.interval.low)} to ${signed(correlation.interval.high)}`;
