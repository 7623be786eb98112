/** The magnitude rule: operations by the largest mixing weight, edges by their strongest operation (space-darts §9). */
import type { Mixture } from "../networks/mixture.ts";
import { computedNodes, incomingEdges, keptEdges } from "../spaces/cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Edge, Space } from "../spaces/space.ts";
import { choose, chooseOne, type Tie, tiedBy } from "../statistics/best.ts";
import { toScore } from "../statistics/score.ts";
import type { OperationDecision, TopologyDecision } from "./events.ts";
import { operationTieBreakers } from "./tie-breakers.ts";

type Rules = Pick<Space, "cells" | "excluded" | "inDegree" | "operations">;
type Weights = readonly (readonly number[])[];

export interface Magnitude {
  readonly architecture: Architecture;
  readonly events: readonly (OperationDecision | TopologyDecision)[];
}

/**
 * On every edge the allowed operation of the largest weight; into every node as many edges as the space allows, those
 * whose operation is strongest. Of equal operations one that passes something on, then the first; of equal edges the earlier.
 * Weights are compared as they are, not renormalized after leaving out what is not allowed.
 */
export function strongest(space: Rules, mixture: Mixture): Magnitude {
  const events: (OperationDecision | TopologyDecision)[] = [];
  const cells = space.cells.map((cell): [string, CellGenotype] => {
    const weights = mixture[cell.name]?.values ?? [];
    const choices = cell.edges.map((_, e) => strongestOperation(space, cell, weights, e));
    const best = choices.map(({ operation }) => operation);
    for (const [e, choice] of choices.entries())
      events.push(operationDecision(cell, weights, e, choice, events.length));
    const kept = computedNodes(cell).flatMap((node) => {
      const incoming = incomingEdges(cell, node);
      const count = keptEdges(space.inDegree, incoming.length);
      if (count === incoming.length) return incoming;
      const strength = incoming.map((e) => weights[e]?.[best[e] as number] as number);
      const { chosen, tie } = choose([{ name: "mixing weight", values: strength, best: "max" }], count);
      const own = chosen.map((i) => incoming[i] as number).sort((a, b) => a - b);
      events.push({
        type: "topology-decision",
        proposal: 0,
        step: events.length,
        cell: cell.name,
        node,
        edges: incoming,
        scores: [strength.map(toScore)],
        ...tiedBy(tie),
        kept: own,
      });
      return own;
    });
    const decided = kept.map((e) => ({
      ...(cell.edges[e] as Edge),
      operation: cell.operations[e]?.[best[e] as number] as string,
    }));
    return [cell.name, { choices: decided }];
  });
  return { architecture: Object.fromEntries(cells), events };
}

/** Columns of the operations that an architecture may have on an edge. */
export function allowedOperations({ excluded }: Pick<Rules, "excluded">, cell: CellTemplate, edge: number): number[] {
  return (cell.operations[edge] ?? []).flatMap((operation, o) => (excluded.includes(operation) ? [] : [o]));
}

/** Column of the operation that an edge gets. */
function strongestOperation(
  space: Rules,
  cell: CellTemplate,
  weights: Weights,
  edge: number,
): { readonly operation: number; readonly tie?: Tie } {
  const columns = allowedOperations(space, cell, edge);
  const { index, tied } = chooseOne(operationTieBreakers(space, cell, edge, { columns, mixture: { values: weights } }));
  return { operation: columns[index] as number, ...tied };
}

function operationDecision(
  cell: CellTemplate,
  weights: Weights,
  edge: number,
  { operation, ...tied }: { readonly operation: number; readonly tie?: Tie },
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
    ...tied,
    edge,
    operation: operations[operation] as string,
  };
}
