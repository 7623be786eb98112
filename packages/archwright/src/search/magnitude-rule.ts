/** The magnitude rule: operations by the largest mixing weight, edges by their strongest operation (space-darts §9). */
import type { Mixture } from "../networks/mixture.ts";
import { computedNodes, incomingEdges, keptEdges } from "../spaces/cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Edge, Space } from "../spaces/space.ts";
import { bestIndex } from "../statistics/best.ts";
import { toScore } from "../statistics/score.ts";
import type { OperationDecision, TopologyDecision } from "./events.ts";

type Rules = Pick<Space, "cells" | "excluded" | "inDegree">;
type Weights = readonly (readonly number[])[];

export interface Magnitude {
  readonly architecture: Architecture;
  readonly events: readonly (OperationDecision | TopologyDecision)[];
}

/**
 * On every edge the allowed operation of the largest weight; into every node as many edges as the space allows, those
 * whose operation is strongest. Ties go to the first. Weights are compared as they are, not renormalized after leaving
 * out what is not allowed.
 */
export function strongest(space: Rules, mixture: Mixture): Magnitude {
  const events: (OperationDecision | TopologyDecision)[] = [];
  const cells = space.cells.map((cell): [string, CellGenotype] => {
    const weights = mixture[cell.name]?.values ?? [];
    const best = cell.edges.map((_, e) => strongestOperation(space, cell, weights, e));
    for (const [e, o] of best.entries()) events.push(operationDecision(cell, weights, e, o, events.length));
    const kept = computedNodes(cell).flatMap((node) => {
      const incoming = incomingEdges(cell, node);
      const count = keptEdges(space.inDegree, incoming.length);
      if (count === incoming.length) return incoming;
      const strength = incoming.map((e) => weights[e]?.[best[e] as number] as number);
      const own = strongestEdges(incoming, strength, count);
      events.push({
        type: "topology-decision",
        proposal: 0,
        step: events.length,
        cell: cell.name,
        node,
        edges: incoming,
        scores: [strength.map(toScore)],
        kept: own,
      });
      return own;
    });
    const choices = kept.map((e) => ({
      ...(cell.edges[e] as Edge),
      operation: cell.operations[e]?.[best[e] as number] as string,
    }));
    return [cell.name, { choices }];
  });
  return { architecture: Object.fromEntries(cells), events };
}

/** Columns of the operations that an architecture may have on an edge. */
export function allowedOperations({ excluded }: Pick<Rules, "excluded">, cell: CellTemplate, edge: number): number[] {
  return (cell.operations[edge] ?? []).flatMap((operation, o) => (excluded.includes(operation) ? [] : [o]));
}

function strongestOperation(space: Rules, cell: CellTemplate, weights: Weights, edge: number): number {
  const allowed = allowedOperations(space, cell, edge);
  const values = allowed.map((o) => weights[edge]?.[o] as number);
  return allowed[bestIndex(values, "max")] as number;
}

/** The `count` strongest of `edges`, in the order of the edges. */
function strongestEdges(edges: readonly number[], strength: readonly number[], count: number): number[] {
  const ranked = edges.map((edge, i) => ({ edge, strength: strength[i] as number }));
  // Sorting is stable, so equal edges stay in their order.
  ranked.sort((a, b) => b.strength - a.strength);
  return ranked
    .slice(0, count)
    .map(({ edge }) => edge)
    .sort((a, b) => a - b);
}

function operationDecision(
  cell: CellTemplate,
  weights: Weights,
  edge: number,
  operation: number,
  step: number,
): OperationDecision {
  const operations = cell.operations[edge] ?? [];
  return {
    type: "operation-decision",
    proposal: 0,
    step,
    cell: cell.name,
    edges: [edge],
    operations: [operations],
    scores: [(weights[edge] ?? []).map(toScore)],
    best: "max",
    edge,
    operation: operations[operation] as string,
  };
}
