/** The report page: what was found, how it was decided, and how to repeat it, as one self-contained HTML text. */
import { taskText } from "../../spaces/architecture-space.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { candidatesSection } from "./candidates-section.ts";
import { cellFigures } from "./cell-figures.ts";
import { decisionsSection } from "./decisions-section.ts";
import { documentText } from "./document.ts";
import type { ArchitectureFile, ReportInputs, RunFile } from "./inputs.ts";
import { type Markup, markup } from "./markup.ts";
import { notesList } from "./notes.ts";
import { formatCount, formatDuration, formatLarge, formatScore } from "./numbers.ts";
import { candidatesOf } from "./proposals.ts";
import { proposalsSection } from "./proposals-section.ts";
import { repeatSection, settingsSection } from "./request-sections.ts";
import { trainingSection } from "./training-section.ts";

/** Renders the page. It needs no script and no other file, and forbids both to itself by its content policy. */
export function renderPage(inputs: ReportInputs): string {
  const { run, architecture, events, unknownEvents } = inputs;
  const { space, method, data, seed, device } = run.request;
  const title = `${space} · ${method} · seed ${seed}`;
  const candidates = candidatesOf(events);
  const guided = events.some(({ type }) => type === "candidate");
  const main = markup`<header>
<p class="kicker">Archwright search</p>
<h1>${title} <span class="state ${run.status}">${run.status}</span></h1>
<p class="meta">Images: ${data} · device: ${device} · started ${formatTime(run.startedAt)} · ran ${formatDuration(run.elapsedSeconds)}</p>
${notice(run)}
${notesList(run.notes)}
</header>
${architecture && foundSection(architecture, run.templates)}
${trainingSection(space, run.templates, events)}
${guided ? candidatesSection(run, events) : candidates.length > 0 && proposalsSection(candidates)}
${decisionsSection(run.templates, events)}
${settingsSection(run.settings)}
${repeatSection(run)}
<footer>
${unknownEvents > 0 && markup`<p>The run also recorded ${formatCount(unknownEvents)} ${unknownEvents === 1 ? "event" : "events"} of types that this version of the report does not show.</p>`}
<p>Made from run.json, events.jsonl and architecture.json beside this page.</p>
</footer>`;
  return documentText({ title: `${title} – Archwright run`, main });
}

function notice(run: RunFile): Markup | undefined {
  const after = formatDuration(run.elapsedSeconds);
  if (run.status === "finished") return undefined;
  if (run.status === "failed") {
    return markup`<p class="notice failed" role="status"><strong>This run failed after ${after}${run.error === undefined ? "." : ":"}</strong> ${run.error} What follows is what it had recorded until then.</p>`;
  }
  const what = run.status === "running" ? "was still running when this page was made, after" : "was interrupted after";
  return markup`<p class="notice" role="status"><strong>This run ${what} ${after}.</strong> What follows is what it had recorded until then; continuing it completes this page.</p>`;
}

function foundSection(found: ArchitectureFile, templates: readonly CellTemplate[]): Markup {
  const forms = Object.entries(found.forms).filter(([, text]) => text !== found.architecture);
  return markup`<section>
<h2>What was found</h2>
<pre>${found.architecture}</pre>
${forms.map(([form, text]) => markup`<h3>As ${form}</h3><pre>${text}</pre>`)}
<dl class="facts">
<div title="${formatCount(found.parameters)}"><dt>Parameters</dt><dd>${formatLarge(found.parameters)}</dd></div>
<div title="${formatCount(found.macs)}"><dt>Multiply-adds</dt><dd>${formatLarge(found.macs)}</dd></div>
${found.task && markup`<div><dt>Counted for</dt><dd>${taskText(found.task)}</dd></div>`}
${found.latency !== undefined && markup`<div><dt>Latency</dt><dd>${found.latency.toFixed(2)} ms</dd></div>`}
${found.score !== undefined && markup`<div><dt>${found.fitness === undefined ? "Validation score" : `Fitness (${found.fitness})`}</dt><dd>${formatScore(found.score)}</dd></div>`}
</dl>
${
  found.cells !== undefined &&
  markup`<h3>The ${templates.length === 1 ? "cell" : "cells"}</h3>
${cellFigures(templates, found.cells)}`
}
${found.benchmark && benchmarkTable(found.benchmark)}
</section>`;
}

function benchmarkTable({ name, metrics }: NonNullable<ArchitectureFile["benchmark"]>): Markup {
  return markup`<h3>In the table ${name}</h3>
<p>What the benchmark measured of this architecture, trained on the benchmark's own images. The search did not see it.</p>
<table>
<thead><tr><th>Metric</th><th class="number">Value</th></tr></thead>
<tbody>${Object.entries(metrics).map(
    ([metric, value]) =>
      markup`<tr><th scope="row">${metric}</th><td class="number">${value === null ? "not in the table" : value.toLocaleString("en-US", { maximumFractionDigits: 3 })}</td></tr>`,
  )}</tbody>
</table>`;
}

/** `2026-11-22 06:36 UTC`; a text that is no time is shown as it is. */
function formatTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
