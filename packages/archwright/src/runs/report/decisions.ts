/** The decisions of a proposal as heat maps: one map of edges by operations for each cell, and one of the pruning. */

import type { OperationDecision, SearchEvent, TopologyDecision } from "../../search/events.ts";
import type { Architecture, CellTemplate } from "../../spaces/space.ts";
import { fromScore } from "../../statistics/score.ts";
import { type HeatCell, type HeatMap, type HeatRow, heatCells } from "./heatmap.ts";
import { edgeName, nodeName, plainNodeName } from "./node-names.ts";

/** The decisions of one proposal. */
export interface Decisions {
  readonly operations: readonly OperationDecision[];
  readonly topology: readonly TopologyDecision[];
}

export function decisionsOf(events: readonly SearchEvent[], proposal: number): Decisions {
  const own = events.filter((event) => "proposal" in event && event.proposal === proposal);
  return {
    operations: own.filter((event) => event.type === "operation-decision"),
    topology: own.filter((event) => event.type === "topology-decision"),
  };
}

/**
 * The map of one cell: a row for each edge in the template's order, from the decision that decided it. Each row has
 * colours of its own, because only scores of one decision saw the same minibatch and the same supernet.
 */
export function operationMap(
  template: CellTemplate,
  decisions: readonly OperationDecision[],
  decided?: Architecture,
): HeatMap {
  const columns = [...new Set(template.operations.flat())];
  const kept = decided?.[template.name]?.choices;
  const rows = template.edges.map((edge, i): HeatRow => {
    const label = edgeName(template, edge);
    const decision = decisions.find((d) => d.cell === template.name && d.edge === i);
    const position = decision?.edges.indexOf(i) ?? -1;
    if (decision === undefined || position < 0)
      return { label, note: "–", faded: true, cells: columns.map(() => undefined) };
    const faded = kept !== undefined && !kept.some((c) => c.source === edge.source && c.target === edge.target);
    return { label, note: String(decision.step + 1), faded, cells: decisionRow(decision, position, columns) };
  });
  return map(`Scores of the operations on each edge of the cell "${template.name}"`, columns, rows);
}

/**
 * The map of one decision that compared several edges. Its rows share their colours where the best score of all decided
 * (a global edge order), and have their own where the edges were chosen by scores of theirs ({@link edgeMap}).
 */
export function comparisonMap(template: CellTemplate, decision: OperationDecision): HeatMap {
  const { scores, best, edgeScores } = decision;
  const columns = [...new Set(decision.operations.flat())];
  const undecided = (): boolean => false;
  const strengths =
    edgeScores === undefined
      ? heatCells(scores.flat(), best, undecided)
      : scores.flatMap((row) => heatCells(row, best, undecided));
  let next = 0;
  const rows = decision.edges.map((edge, i): HeatRow => {
    const operations = decision.operations[i] ?? [];
    const cells = operations.map((operation) => ({
      ...(strengths[next++] as HeatCell),
      chosen: edge === decision.edge && operation === decision.operation,
    }));
    return {
      label: edgeLabel(template, edge),
      note: String(decision.step + 1),
      cells: columns.map((column) => cells[operations.indexOf(column)]),
    };
  });
  return map(`Scores compared in step ${decision.step + 1}`, columns, rows);
}

/** The map of the scores by which a decision chose its edge: one row, a column for each edge; the highest was chosen. */
export function edgeMap(template: CellTemplate, decision: OperationDecision): HeatMap | undefined {
  const { edgeScores, edges, edge, step } = decision;
  if (edgeScores === undefined) return undefined;
  const cells = heatCells(edgeScores, "max", (i) => edges[i] === edge);
  const columns = edges.map((e) => edgeLabel(template, e));
  return map(
    `Scores of the edges in step ${step + 1}`,
    columns,
    [{ label: "score", note: String(step + 1), cells }],
    "",
  );
}

/** Which scores a pruning kept: the lowest (of the supernet without an edge) or the highest (strengths of edges). */
export function keptEnd({ edges, scores, kept }: TopologyDecision): "min" | "max" {
  const last = (scores.at(-1) ?? []).map(fromScore);
  const of = (wanted: boolean): number[] =>
    last.filter((score, i) => !Number.isNaN(score) && kept.includes(edges[i] as number) === wanted);
  return Math.max(...of(true)) <= Math.min(...of(false)) ? "min" : "max";
}

/** The map of a cell's pruning: a row for each node and round, a column for each source, the kept edges framed. */
export function topologyMap(template: CellTemplate, decisions: readonly TopologyDecision[]): HeatMap | undefined {
  const inCell = scoredInCell(template, decisions);
  const [first] = inCell;
  if (first === undefined) return undefined;
  const best = keptEnd(first);
  const name = (node: number): string => plainNodeName(nodeName(template, node));
  const source = (edge: number): number => template.edges[edge]?.source ?? -1;
  const sources = [...new Set(inCell.flatMap((d) => d.edges.map(source)))].sort((a, b) => a - b);
  const rows = inCell.flatMap((decision) =>
    decision.scores.map((scores, round): HeatRow => {
      const cells = heatCells(scores, best, (i) => decision.kept.includes(decision.edges[i] as number));
      const rounds = decision.scores.length === 1 ? "" : `, round ${round + 1}`;
      return {
        label: `node ${name(decision.node)}${rounds}`,
        note: String(decision.step + 1),
        cells: sources.map((s) => cells[decision.edges.findIndex((edge) => source(edge) === s)]),
      };
    }),
  );
  return {
    title: `${best === "min" ? "Scores without" : "Strengths of"} each incoming edge in the cell "${template.name}"`,
    rowHeading: "into",
    noteHeading: "step",
    columns: sources.map((s) => `from ${name(s)}`),
    rows,
    numbers: true,
  };
}

const scoredInCell = (template: CellTemplate, decisions: readonly TopologyDecision[]): TopologyDecision[] =>
  decisions.filter(({ cell, scores }) => cell === template.name && scores.length > 0).sort((a, b) => a.node - b.node);

/** Prunings of a cell that compared no scores, as `node 2 keeps cₖ₋₂ and 0`, by node. */
export function unscoredPrunings(template: CellTemplate, decisions: readonly TopologyDecision[]): string[] {
  const name = (node: number): string => plainNodeName(nodeName(template, node));
  return decisions
    .filter(({ cell, scores }) => cell === template.name && scores.length === 0)
    .sort((a, b) => a.node - b.node)
    .map(({ node, kept }) => {
      const sources = kept.map((edge) => name(template.edges[edge]?.source ?? -1));
      return `node ${name(node)} keeps ${sources.join(" and ")}`;
    });
}

/** Whether the decision's scores are mixing weights: an epoch reported the same numbers for its edge. */
export function scoresAreWeights(decision: OperationDecision, events: readonly SearchEvent[]): boolean {
  const row = decision.scores[decision.edges.indexOf(decision.edge)] ?? [];
  return events.some((event) => {
    const weights = event.type === "epoch" ? event.cells[decision.cell]?.weights[decision.edge] : undefined;
    // Operations that the space does not allow may be left out of a decision.
    return weights !== undefined && row.length > 0 && row.every((score) => weights.some((weight) => weight === score));
  });
}

function edgeLabel(template: CellTemplate, edge: number): string {
  const at = template.edges[edge];
  return at === undefined ? `edge ${edge}` : edgeName(template, at);
}

function decisionRow(decision: OperationDecision, position: number, columns: readonly string[]) {
  const operations = decision.operations[position] ?? [];
  const cells = heatCells(decision.scores[position] ?? [], decision.best, (i) => operations[i] === decision.operation);
  return columns.map((column) => cells[operations.indexOf(column)]);
}

/** A single row has room for its numbers. */
const map = (title: string, columns: readonly string[], rows: readonly HeatRow[], rowHeading = "edge"): HeatMap => ({
  title,
  rowHeading,
  noteHeading: "step",
  columns,
  rows,
  numbers: rows.length === 1,
});
