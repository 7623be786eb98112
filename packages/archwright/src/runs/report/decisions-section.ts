/** The part of the report that shows how each proposal was decided. */
import type { CellTemplate } from "../../spaces/space.ts";
import type { SearchEvent } from "../events.ts";
import { cellFigures } from "./cell-figures.ts";
import { comparisonMap, type Decisions, decisionsOf, operationMap, topologyMap } from "./decisions.ts";
import { drawHeatMap, type HeatMap } from "./heatmap.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { formatScore } from "./numbers.ts";
import { type Proposal, proposalsOf } from "./proposals.ts";

/** The decisions of every proposal, the answer's unfolded; nothing for a run that has decided nothing yet. */
export function decisionsSection(
  templates: readonly CellTemplate[],
  events: readonly SearchEvent[],
): Markup | undefined {
  const proposals = proposalsOf(events)
    .map((proposal) => ({ proposal, decisions: decisionsOf(events, proposal.index) }))
    .filter(({ decisions }) => decisions.operations.length + decisions.topology.length > 0);
  if (proposals.length === 0) return undefined;
  const unfolded = (proposals.find(({ proposal }) => proposal.isAnswer) ?? proposals.at(-1))?.proposal.index;
  const best = proposals[0]?.decisions.operations[0]?.best ?? "min";
  return markup`<section>
<h2>Decisions</h2>
<p>Each row shows the scores that decided one edge. ${best === "min" ? "A score is that of the supernet without the operation, so the operation whose removal leaves the lowest score is kept." : "The operation with the highest score is kept."} Rows have their own colours, <span class="key" role="img" aria-label="light to dark"></span> from worst to best, because only the scores of one decision are comparable: they saw the same minibatch and the same supernet. The <span class="framed" role="img" aria-label="framed"></span> operation was chosen; edges in grey were pruned afterwards. Point at a cell for its score.</p>
${proposals.map(({ proposal, decisions }) => proposalDetails(templates, events, proposal, decisions, proposal.index === unfolded))}
</section>`;
}

function proposalDetails(
  templates: readonly CellTemplate[],
  events: readonly SearchEvent[],
  proposal: Proposal,
  decisions: Decisions,
  open: boolean,
): Markup {
  const count = decisions.operations.length + decisions.topology.length;
  const validation = events.find((e) => e.type === "validation" && e.architecture === proposal.architecture);
  const facts = [
    proposal.isAnswer ? "the answer" : undefined,
    proposal.architecture === undefined ? "not complete" : undefined,
    `${count} ${count === 1 ? "decision" : "decisions"}`,
    validation?.type === "validation" ? `validation score ${formatScore(validation.score)}` : undefined,
  ].filter((fact) => fact !== undefined);
  const best = decisions.operations[0]?.best ?? "min";
  const decided = templates.filter((template) => decisions.operations.some((d) => d.cell === template.name));
  const operationMaps = decided.map((template): [string, HeatMap] => [
    templates.length === 1 ? "Operations" : `Operations, ${template.name} cell`,
    operationMap(template, decisions.operations, proposal.cells),
  ]);
  const topologyMaps = templates.flatMap((template): [string, HeatMap][] => {
    const map = topologyMap(template, decisions.topology, best);
    return map === undefined ? [] : [[`Edges kept, ${template.name} cell`, map]];
  });
  const comparisons = decisions.operations.filter((decision) => decision.edges.length > 1);
  return markup`<details${open && raw(" open")}>
<summary>Proposal ${proposal.index}<span class="quiet">${facts.join(" · ")}</span></summary>
<div class="inside">
${!proposal.isAnswer && proposal.cells && cellFigures(templates, proposal.cells)}
<div class="maps">${operationMaps.map(figure)}</div>
${topologyMaps.length > 0 && markup`<div class="maps">${topologyMaps.map(figure)}</div>`}
${comparisons.length > 0 && comparisonDetails(templates, comparisons)}
</div>
</details>
`;
}

function comparisonDetails(templates: readonly CellTemplate[], comparisons: Decisions["operations"]): Markup {
  const maps = comparisons.flatMap((decision): [string, HeatMap][] => {
    const template = templates.find((t) => t.name === decision.cell);
    if (template === undefined) return [];
    const cell = templates.length === 1 ? "" : `, ${template.name} cell`;
    return [[`Step ${decision.step + 1}${cell}`, comparisonMap(template, decision)]];
  });
  return markup`<details>
<summary>All that was compared in each step</summary>
<div class="inside"><p class="quiet">The edge, too, was chosen by score: the rows of a step share their colours.</p><div class="maps">${maps.map(figure)}</div></div>
</details>`;
}

const figure = ([caption, map]: readonly [string, HeatMap]): Markup =>
  markup`<figure><figcaption>${caption}</figcaption><div class="wide" tabindex="0">${drawHeatMap(map)}</div></figure>`;
