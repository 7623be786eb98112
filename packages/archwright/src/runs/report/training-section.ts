/** The part of the report that shows how the supernet was trained and how its mixing weights moved. */

import type { EpochEvent, SearchEvent } from "../../search/events.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { cellHistory, readCells } from "./cell-history.ts";
import { type Markup, markup } from "./markup.ts";
import { type Collapse, collapses, edgeCount, epochNumber, epochsOf, finetuningSpans, thinned } from "./training.ts";
import { trainingCurves } from "./training-curves.ts";
import { trajectories } from "./trajectories.ts";

/** Rows of the table of numbers: the charts show the rest. */
const MOST_ROWS = 200;

/** Nothing for a search that trains nothing, or has not finished an epoch. */
export function trainingSection(
  space: string,
  templates: readonly CellTemplate[],
  events: readonly SearchEvent[],
): Markup | undefined {
  const epochs = epochsOf(events);
  const last = epochs.at(-1);
  if (last === undefined) return undefined;
  const shaded = finetuningSpans(epochs);
  const kept = keptEdges(space, templates, events, last);
  return markup`<section>
<h2>Training</h2>
<p>${summary(epochs)}${shaded.length > 0 && " Epochs of fine-tuning have a grey ground."}</p>
${collapses(epochs, kept).map((collapse) => collapseNotice(templates, collapse))}
<div class="charts">${trainingCurves(templates, epochs, kept, shaded)}</div>
${explained(epochs)}
${numbersTable(epochs)}
${cellHistory(space, templates, epochs)}
<h3>The mixing weights</h3>
<p>One panel for each edge, one line for each operation; the panels of a cell share their scale. Lines that stay together are an edge that has not decided itself.</p>
${templates.map((template) => {
  const panels = trajectories(template, epochs, shaded);
  if (panels === undefined || templates.length === 1) return panels;
  return markup`<h4>${template.name} cell</h4>${panels}`;
})}
</section>`;
}

function summary(epochs: readonly EpochEvent[]): string {
  const finetuned = epochs.filter(({ phase }) => phase === "finetune").length;
  const searched = epochs.length - finetuned;
  const batches = [...new Set(epochs.map(({ batch }) => batch))];
  const sizes = batches.length === 1 ? `${batches[0]}` : `${Math.min(...batches)} to ${Math.max(...batches)}`;
  const more = finetuned === 0 ? "" : ` and ${finetuned} of fine-tuning`;
  return `${searched} ${searched === 1 ? "epoch" : "epochs"} of search${more}, in minibatches of ${sizes} images.`;
}

/** What the charts show, as far as it was measured. */
function explained(epochs: readonly EpochEvent[]): Markup {
  const half = epochs.every(({ valid }) => valid === undefined)
    ? ""
    : " α moves on the validation half, whose values are those before its steps.";
  const after = epochs.every(({ evaluation }) => evaluation === undefined)
    ? ""
    : " Evaluation is the validation half after the epoch, batch norm in evaluation mode.";
  return markup`<p class="quiet">Losses, accuracies and gradient norms are means over an epoch's steps; the norm of the weights' gradient is that before clipping.${half}${after} The dotted level of the entropy is that of equal weights; of the skip connections, half of a cell's edges.</p>`;
}

/** Edges of a decided cell, from what the weights select or else from the answer. */
function keptEdges(
  space: string,
  templates: readonly CellTemplate[],
  events: readonly SearchEvent[],
  last: EpochEvent,
): Record<string, number> {
  const answer = events.find((event) => event.type === "answer");
  const cells = readCells(space, last.architecture) ?? answer?.cells;
  return Object.fromEntries(
    templates.flatMap((template) => {
      const edges = edgeCount(template, cells);
      return edges === undefined ? [] : [[template.name, edges]];
    }),
  );
}

function collapseNotice(templates: readonly CellTemplate[], { cell, skips, edges, since }: Collapse): Markup {
  const name = templates.length === 1 ? "cell" : `${cell} cell`;
  return markup`<p class="notice" role="note"><strong>Skip connections dominate the ${name}:</strong> ${skips} of its ${edges} edges would be one, and more than half have been since epoch ${since}. This is how differentiable searches collapse: a skip connection trains fast and costs nothing, so the mixture comes to prefer it, and the network that is left performs poorly. Compare the cells of earlier epochs below; fewer epochs, or a method made against the collapse, may find a better one.</p>`;
}

function numbersTable(epochs: readonly EpochEvent[]): Markup {
  const rows = thinned(epochs, MOST_ROWS);
  const headings = ["Training half", "Validation half", "Evaluation"];
  return markup`<details>
<summary>The numbers<span class="quiet">loss and accuracy after ${rows.length < epochs.length ? `${rows.length} of the ${epochs.length} epochs` : "every epoch"}</span></summary>
<div class="inside wide" tabindex="0"><table>
<thead><tr><th class="number">Epoch</th><th>Phase</th><th class="number">Learning rate</th>${headings.map((heading) => markup`<th class="number">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    (event) =>
      markup`<tr><th scope="row" class="number">${epochNumber(event)}</th><td>${event.phase === "finetune" ? "fine-tuning" : "search"}</td><td class="number">${Number(event.learningRate.toPrecision(3))}</td>${[event.train, event.valid, event.evaluation].map((half) => markup`<td class="number">${half === undefined ? "–" : `${decimal(half.loss, 4)} · ${decimal(half.accuracy === null ? null : 100 * half.accuracy, 2)} %`}</td>`)}</tr>`,
  )}</tbody>
</table></div>
</details>`;
}

/** JSON has no number for a loss that is not finite: it is null there. */
const decimal = (value: number | null, digits: number): string =>
  value === null ? "not finite" : value.toFixed(digits);
