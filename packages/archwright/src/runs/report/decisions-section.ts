/** The part of the report that shows how each proposal was decided. */

import type { OperationDecision, SearchEvent, TopologyDecision } from "../../search/events.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { cellFigures } from "./cell-figures.ts";
import {
  comparisonMap,
  type Decisions,
  decisionsOf,
  edgeMap,
  keptEnd,
  operationMap,
  scoresAreWeights,
  topologyMap,
  unscoredPrunings,
} from "./decisions.ts";
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
  const decisions = proposals.flatMap((proposal) => proposal.decisions.operations);
  return markup`<section>
<h2>Decisions</h2>
<p>Each row shows the scores that decided one edge. ${explanation(decisions, events)} The <span class="framed" role="img" aria-label="framed"></span> operation was chosen; edges in grey were pruned. Point at a cell for its score.</p>
${proposals.map((each) => proposalDetails(templates, events, each.proposal, each.decisions, each.proposal.index === unfolded))}
</section>`;
}

/** What a score is, which is kept, and what the colours compare. */
function explanation(decisions: readonly OperationDecision[], events: readonly SearchEvent[]): Markup {
  const [first] = decisions;
  const colours = markup`Rows have their own colours, <span class="key" role="img" aria-label="light to dark"></span> from worst to best`;
  if (first !== undefined && first.best === "max" && scoresAreWeights(first, events)) {
    return markup`A score is the operation's mixing weight: of those that the space allows in an architecture, the operation with the largest is kept. ${colours}: the operations of an edge compete with each other only.`;
  }
  const kept =
    first?.best === "max"
      ? "Of those that the space allows in an architecture, the operation with the highest score is kept."
      : "A score is that of the supernet without the operation, so the operation whose removal leaves the lowest score is kept.";
  return markup`${kept} ${colours}, because only the scores of one decision are comparable: they saw the same images and the same supernet.`;
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
  const decided = templates.filter((template) => decisions.operations.some((d) => d.cell === template.name));
  const operationMaps = decided.map((template): [string, HeatMap] => [
    templates.length === 1 ? "Operations" : `Operations, ${template.name} cell`,
    operationMap(template, decisions.operations, proposal.cells),
  ]);
  const topologyMaps = templates.flatMap((template): [string, HeatMap][] => {
    const map = topologyMap(template, decisions.topology);
    return map === undefined ? [] : [[`Edges kept, ${template.name} cell: ${pruningRule(decisions.topology)}`, map]];
  });
  const unscored = templates.flatMap((template): Markup[] => {
    const prunings = unscoredPrunings(template, decisions.topology);
    if (prunings.length === 0) return [];
    return [markup`<p><strong>Edges kept, ${template.name} cell:</strong> ${prunings.join("; ")}.</p>`];
  });
  const comparisons = decisions.operations.filter(
    ({ edges, edgeScores }) => edges.length > 1 || edgeScores !== undefined,
  );
  return markup`<details${open && raw(" open")}>
<summary>Proposal ${proposal.index}<span class="quiet">${facts.join(" · ")}</span></summary>
<div class="inside">
${!proposal.isAnswer && proposal.cells && cellFigures(templates, proposal.cells)}
<div class="maps">${operationMaps.map(figure)}</div>
${topologyMaps.length > 0 && markup`<div class="maps">${topologyMaps.map(figure)}</div>`}
${unscored}
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
    const step = `Step ${decision.step + 1}${cell}`;
    const edges = edgeMap(template, decision);
    const found: [string, HeatMap][] = edges === undefined ? [] : [[`${step}: the edges`, edges]];
    if (decision.edges.length === 1) return found;
    return [...found, [edges === undefined ? step : `${step}: their operations`, comparisonMap(template, decision)]];
  });
  const how = comparisons.some(({ edgeScores }) => edgeScores !== undefined)
    ? "Edges have scores of their own; the one with the highest was decided."
    : "The edge, too, was chosen by score: the rows of a step share their colours.";
  return markup`<details>
<summary>All that was compared in each step</summary>
<div class="inside"><p class="quiet">${how}</p><div class="maps">${maps.map(figure)}</div></div>
</details>`;
}

/** Which edges a pruning by scores keeps, in words. */
function pruningRule(topology: readonly TopologyDecision[]): string {
  const scored = topology.find(({ scores }) => scores.length > 0) as TopologyDecision;
  return keptEnd(scored) === "min" ? "those whose removal leaves the lowest scores" : "the strongest";
}

const figure = ([caption, map]: readonly [string, HeatMap]): Markup =>
  markup`<figure><figcaption>${caption}</figcaption><div class="wide" tabindex="0">${drawHeatMap(map)}</div></figure>`;
