/** The page of a correlation: the tables, every architecture as a dot for each score, and how the scores go together. */
import { documentText } from "../report/document.ts";
import { type Markup, markup } from "../report/markup.ts";
import { formatCount } from "../report/numbers.ts";
import type { CorrelatedColumns, Correlations, MetricCorrelations, ScoreCorrelation } from "./correlate-scores.ts";
import { bestPositions, type Correlation } from "./correlations.ts";
import { scatterPlot } from "./scatter-plot.ts";
import { decimals, fewNotes, isTopShown, percent, signed } from "./text.ts";

const correlationStyle = `
main{max-width:1240px}
th,td{padding-right:13px}
td small{color:var(--muted);font-size:12px;display:block}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:6px 24px}
.plots figure{min-width:0}
.matrix td{text-align:right;font-size:12px;padding:4px 7px;border:0}
.matrix th{font-size:12px;padding:4px 7px;border:0}
.matrix thead th{writing-mode:vertical-rl;transform:rotate(180deg);vertical-align:bottom}`;

export interface CorrelationPage extends CorrelatedColumns {
  readonly correlations: Correlations;
  /** The command line. */
  readonly command: string;
}

/** Renders the page. It needs no script and no other file. */
export function correlationPage(page: CorrelationPage): string {
  const { correlations, command } = page;
  const { benchmark, space, scores, architectures, resamples, seed } = correlations;
  const title = `${benchmark} · ${formatCount(architectures)} architectures`;
  const main = markup`<header>
<p class="kicker">Archwright correlation</p>
<h1>${title}</h1>
<p class="meta">Scores: ${scores} · space: ${space}${resamples > 0 && ` · ${formatCount(resamples)} resamples, seed ${seed}`}</p>
${leftOut(correlations)}
</header>
${correlations.metrics.map((metric) => metricSection(page, metric))}
${matrixSection(correlations)}
<section>
<h2>How to repeat it</h2>
<pre>${command}</pre>
</section>`;
  return documentText({ title: `${title} – Archwright correlation`, style: correlationStyle, main });
}

function leftOut({ notInTable, unfinished, benchmark }: Correlations): Markup | undefined {
  const parts = [
    ...(notInTable === 0 ? [] : [`${formatCount(notInTable)} scored architectures are not in ${benchmark}`]),
    ...(unfinished === 0 ? [] : [`${formatCount(unfinished)} architectures are still to be scored`]),
  ];
  if (parts.length === 0) return undefined;
  return markup`<p class="notice" role="status">${parts.join("; ")}.</p>`;
}

function metricSection(page: CorrelationPage, result: MetricCorrelations): Markup {
  const { metric, architectures, best, mean, scores, voteAgreement } = result;
  const { top, resamples } = page.correlations;
  const unit = metric.unit === "" ? "" : ` ${metric.unit}`;
  const intervals = scores.some(({ spearman }) => spearman.interval !== undefined);
  const [first] = scores;
  const notes = first === undefined ? [] : fewNotes(architectures, resamples, { share: top, count: first.top.count });
  return markup`<section>
<h2>${metric.name}</h2>
<p>${metric.title}. ${formatCount(architectures)} architectures; the best has ${decimals(best)}${unit}, their mean is ${decimals(mean)}${unit}.${metric.larger === "worse" && " Smaller is better."}${intervals && " In small: the middle 95 % over resamples."}${voteAgreement !== undefined && ` The vote of synflow, jacob_cov and snip decides ${(100 * voteAgreement).toFixed(1)} % of the pairs rightly.`}</p>
<div class="wide" tabindex="0"><table>
<thead><tr><th>Score</th><th class="number">Spearman ρ</th><th class="number">Kendall τ</th><th class="number">ρ in the top ${percent(top)}</th><th class="number">τ in the top ${percent(top)}</th><th class="number">${metric.name} of the best pick</th><th class="number">Its rank</th><th class="number">Without number</th></tr></thead>
<tbody>${scores.map(scoreRow)}</tbody>
</table></div>
${notes.map((note) => markup`<p class="notice">${note}.</p>`)}<p class="quiet">A dot for each architecture: further right the better its score, further up the larger its ${metric.name}. Those with the best results stand out.</p>
<div class="plots">${plots(page, result)}</div>
</section>`;
}

function scoreRow(score: ScoreCorrelation): Markup {
  const { name, kind, spearman, kendall, top, withoutNumber } = score;
  const pick = pickCells(score);
  return markup`<tr><th scope="row">${name}${kind !== "proxy" && markup` <span class="quiet">${kind}</span>`}</th>${[spearman, kendall, ...(isTopShown(top) ? [top.spearman, top.kendall] : [none, none])].map(cell)}${pick}<td class="number">${formatCount(withoutNumber)}</td></tr>`;
}

/** The cells of the best pick: its result and its rank. */
function pickCells({ best, bestValue, bestArchitecture }: ScoreCorrelation): Markup {
  if (best === null || bestValue === null) return markup`<td class="number">–</td><td class="number">–</td>`;
  return markup`<td class="number" title="${bestArchitecture ?? ""}">${decimals(bestValue)}${best.ties > 1 && markup`<small>mean of ${best.ties}</small>`}</td><td class="number">${rank(best.rank)}</td>`;
}

const rank = (value: number): string => formatCount(Math.round(value));

const none: Correlation = { value: null };

function cell({ value, interval }: Correlation): Markup {
  return markup`<td class="number">${signed(value)}${interval !== undefined && markup`<small>${signed(interval.low)} to ${signed(interval.high)}</small>`}</td>`;
}

function plots(
  { candidates, columns, correlations }: CorrelationPage,
  { metric, scores }: MetricCorrelations,
): Markup[] {
  const { present, values } = candidates.measured(metric.name);
  const results = metric.larger === "worse" ? values.map((value) => -value) : values;
  const top = bestPositions(results, correlations.top);
  return scores.map(({ name, spearman, kendall }) => {
    const column = columns.find((one) => one.name === name);
    const title = `${name}: ρ ${signed(spearman.value)}, τ ${signed(kendall.value)}`;
    const plot = scatterPlot({ title, scores: column?.combine(present) ?? [], values, top });
    return markup`<figure><figcaption>${title}</figcaption>${plot}</figure>`;
  });
}

function matrixSection({ matrix: { names, spearman } }: Correlations): Markup {
  return markup`<section>
<h2>Scores against each other</h2>
<p>Spearman’s ρ between the scores. Those that agree tell the same story twice.</p>
<div class="wide" tabindex="0"><table class="matrix">
<thead><tr><td></td>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${names.map((name, a) => markup`<tr><th scope="row">${name}</th>${(spearman[a] ?? []).map(shade)}</tr>`)}</tbody>
</table></div>
</section>`;
}

/** The stronger the darker; against each other in the colour of warnings. */
function shade(value: number | null): Markup {
  if (value === null) return markup`<td>–</td>`;
  const colour = value < 0 ? "var(--warn)" : "var(--accent)";
  return markup`<td style="background:color-mix(in srgb,${colour} ${Math.round(50 * Math.abs(value))}%,transparent)">${signed(value, 2)}</td>`;
}
