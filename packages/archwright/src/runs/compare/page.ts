/** The page of a comparison: the table of methods, their accuracies as dots, every run with a link to its report. */
import type { Metric } from "../../benchmarks/benchmark.ts";
import { taskText } from "../../spaces/architecture-space.ts";
import { documentText } from "../report/document.ts";
import { type Markup, markup } from "../report/markup.ts";
import { formatCount, formatDuration, formatLarge } from "../report/numbers.ts";
import { breakable } from "../report/proposals-section.ts";
import { accuracyPlot } from "./accuracy-plot.ts";
import type { ComparisonFile } from "./comparison-directory.ts";
import type { MethodSummary, Outcome } from "./outcomes.ts";
import type { Spread } from "./statistics.ts";

const comparisonStyle = `
main{max-width:1240px}
th,td{padding-right:13px}
.runs td,.runs th[scope]{border-bottom:0;padding-bottom:0}
.runs .below td{border-bottom:1px solid var(--rule);padding:0 12px 7px}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,500px),1fr));gap:6px 28px}
.plots figure{min-width:0}
td small{display:block;color:var(--muted);font-size:12.5px}
td .error{color:var(--bad)}`;

/** Renders the page. It needs no script, and no other file but the reports it links to. */
export function comparisonPage(
  { request, startedAt }: ComparisonFile,
  summaries: readonly MethodSummary[],
  outcomes: readonly Outcome[],
  metrics: readonly Metric[],
): string {
  const { space, data, seeds, preset = "paper" } = request;
  const finished = outcomes.filter(({ status }) => status === "finished").length;
  const title = `${space} · ${request.methods.length} ${request.methods.length === 1 ? "method" : "methods"}`;
  const task = outcomes.flatMap(({ found }) => found?.task ?? [])[0];
  const plots = metrics.flatMap((metric) => accuracyPlot(metric, summaries, outcomes) ?? []);
  const main = markup`<header>
<p class="kicker">Archwright comparison</p>
<h1>${title}</h1>
<p class="meta">Images: ${data} · preset: ${preset} · seeds: ${seeds.join(", ")} · ${finished} of ${outcomes.length} runs finished · began ${startedAt.slice(0, 16).replace("T", " ")} UTC</p>
${finished < outcomes.length && unfinishedNotice(outcomes)}
</header>
<section>
<h2>Methods</h2>
<p>Means ± sample standard deviations over the finished runs. ${metrics.length === 0 ? "No benchmark table is shown: accuracies come from training what was found." : "Accuracies are the table's, in percent after full training on the benchmark's own images; beneath each mean is the best run."} Parameters and multiply-adds are those of the network at its evaluation size${task !== undefined && `, for ${taskText(task)}`}.</p>
${methodsTable(summaries, metrics)}
</section>
${
  plots.length > 0 &&
  markup`<section>
<h2>Accuracies</h2>
<p>A dot for each run, a bar at each method's mean. The axes do not begin at zero.</p>
<div class="plots">${plots}</div>
</section>`
}
<section>
<h2>Runs</h2>
${runsTable(outcomes, metrics)}
</section>
<section>
<h2>How to repeat it</h2>
<pre>${request.command}</pre>
</section>
<footer><p>Made from compare.json and the run directories beside this page; results.csv has the table of runs.</p></footer>`;
  return documentText({ title: `${title} – Archwright comparison`, style: comparisonStyle, main });
}

function unfinishedNotice(outcomes: readonly Outcome[]): Markup {
  const count = (status: Outcome["status"]): number => outcomes.filter((outcome) => outcome.status === status).length;
  const parts = (["failed", "interrupted", "missing"] as const).flatMap((status) =>
    count(status) === 0 ? [] : [`${count(status)} ${status === "missing" ? "not begun" : status}`],
  );
  return markup`<p class="notice" role="status"><strong>Not every run has finished:</strong> ${parts.join(", ")}. The table shows those that have.</p>`;
}

function methodsTable(summaries: readonly MethodSummary[], metrics: readonly Metric[]): Markup {
  return markup`<div class="wide" tabindex="0"><table>
<thead><tr><th>Method</th><th class="number">Runs</th>${metrics.map(({ name, title }) => markup`<th class="number" title="${title}">${name}</th>`)}<th class="number">Search time</th><th class="number">Parameters</th><th class="number">Multiply-adds</th></tr></thead>
<tbody>${summaries.map(
    (summary) =>
      markup`<tr><th scope="row">${summary.method}</th><td class="number">${summary.finished} of ${summary.runs}</td>${metrics.map(({ name }) => accuracyCell(summary.accuracies[name]))}${plainCell(summary.elapsedSeconds, formatDuration)}${plainCell(summary.parameters, formatLarge)}${plainCell(summary.macs, formatLarge)}</tr>`,
  )}</tbody>
</table></div>`;
}

function accuracyCell(values: Spread | undefined): Markup {
  if (values === undefined) return markup`<td class="number">–</td>`;
  const { mean, std, largest } = values;
  return markup`<td class="number">${mean.toFixed(2)}${std !== undefined && ` ± ${std.toFixed(2)}`}<small>best ${largest.toFixed(2)}</small></td>`;
}

function plainCell(values: Spread | undefined, format: (value: number) => string): Markup {
  if (values === undefined) return markup`<td class="number">–</td>`;
  const { mean, std } = values;
  return markup`<td class="number">${format(mean)}${std !== undefined && markup`<small>± ${format(std)}</small>`}</td>`;
}

function runsTable(outcomes: readonly Outcome[], metrics: readonly Metric[]): Markup {
  return markup`<div class="wide" tabindex="0"><table class="runs">
<thead><tr><th>Method</th><th class="number">Seed</th><th>Run</th>${metrics.map(({ name }) => markup`<th class="number">${name}</th>`)}<th class="number">Search time</th><th class="number">Parameters</th><th class="number">Multiply-adds</th></tr></thead>
<tbody>${outcomes.map((outcome) => runRow(outcome, metrics))}</tbody>
</table></div>`;
}

/** A row of numbers, and beneath it what was found, or why nothing was. */
function runRow(outcome: Outcome, metrics: readonly Metric[]): Markup {
  const { method, seed, folder, status, error, found, elapsedSeconds, hasReport } = outcome;
  const link = hasReport && markup`<a href="${encodeURIComponent(folder)}/report.html">report</a> `;
  const state = status === "finished" ? "" : status === "missing" ? "not begun" : status;
  const number = (text: string | undefined): Markup => markup`<td class="number">${text ?? "–"}</td>`;
  const count = (value: number | undefined): Markup => number(value === undefined ? undefined : formatCount(value));
  return markup`<tr><th scope="row">${method}</th><td class="number">${seed}</td><td>${link}${state}</td>${metrics.map(({ name }) => number(found?.benchmark?.metrics[name]?.toFixed(2)))}${number(elapsedSeconds === undefined ? undefined : formatDuration(elapsedSeconds))}${count(found?.parameters)}${count(found?.macs)}</tr>
<tr class="below"><td colspan="${6 + metrics.length}">${found !== undefined && markup`<code>${breakable(found.architecture)}</code>`}${found?.connected === false && markup` <span class="error">no path from input to output</span>`}${error !== undefined && markup`<span class="error">${error}</span>`}</td></tr>`;
}
