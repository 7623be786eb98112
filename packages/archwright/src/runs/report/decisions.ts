/** The decisions of a proposal as heat maps: one map of edges by operations for each cell, and one of the pruning. */

import type { Architecture, CellTemplate } from "../../spaces/space.ts";
import type { OperationDecision, SearchEvent, TopologyDecision } from "../events.ts";
import { type HeatMap, type HeatRow, heatCells } from "./heatmap.ts";
import { edgeName, nodeName, plainNodeName } from "./node-names.ts";

/** The decisions of one proposal. */
export interface Decisions {
  readonly operations: readonly OperationDecision[];
  readonly topology: readonly TopologyDecision[];
}

export function decisionsOf(events: readonly SearchEvent[], proposal: number): Decisions {
  const own = events.filter((event) => event.proposal === proposal);
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

/** The map of one decision that compared several edges (a global edge order): all its rows share their colours. */
export function comparisonMap(template: CellTemplate, decision: OperationDecision): HeatMap {
  const columns = [...new Set(decision.operations.flat())];
  const shared = heatCells(decision.scores.flat(), decision.best, () => false);
  let next = 0;
  const rows = decision.edges.map((edge, i): HeatRow => {
    const operations = decision.operations[i] ?? [];
    const cells = operations.map((operation) => ({
      ...(shared[next++] as (typeof shared)[number]),
      chosen: edge === decision.edge && operation === decision.operation,
    }));
    const at = template.edges[edge];
    return {
      label: at === undefined ? `edge ${edge}` : edgeName(template, at),
      note: String(decision.step + 1),
      cells: columns.map((column) => cells[operations.indexOf(column)]),
    };
  });
  return map(`Scores compared in step ${decision.step + 1}`, columns, rows);
}

/**
 * The map of a cell's pruning: a row for each node and round, a column for each source, the kept edges framed.
 * The score is that of the supernet without the edge, so the edges to keep are those with the `best` scores.
 */
export function topologyMap(
  template: CellTemplate,
  decisions: readonly TopologyDecision[],
  best: "min" | "max",
): HeatMap | undefined {
  const inCell = decisions.filter((decision) => decision.cell === template.name).sort((a, b) => a.node - b.node);
  if (inCell.length === 0) return undefined;
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
    title: `Scores without each incoming edge in the cell "${template.name}"`,
    rowHeading: "into",
    noteHeading: "step",
    columns: sources.map((s) => `from ${name(s)}`),
    rows,
    numbers: true,
  };
}

function decisionRow(decision: OperationDecision, position: number, columns: readonly string[]) {
  const operations = decision.operations[position] ?? [];
  const cells = heatCells(decision.scores[position] ?? [], decision.best, (i) => operations[i] === decision.operation);
  return columns.map((column) => cells[operations.indexOf(column)]);
}

/** A single row has room for its numbers. */
const map = (title: string, columns: readonly string[], rows: readonly HeatRow[]): HeatMap => ({
  title,
  rowHeading: "edge",
  noteHeading: "step",
  columns,
  rows,
  numbers: rows.length === 1,
});
