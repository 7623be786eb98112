/** Cells whose output concatenates nodes: in another order of its nodes such a cell is the same network. */

import { withConcat } from "../architecture.ts";
import { computedNodes, outputNodes } from "../cells.ts";
import type { CellGenotype, CellTemplate, Choice } from "../space.ts";
import { leastBy, permutations } from "./relabeling.ts";

/**
 * The cell that stands for all that differ from it in the order of the computed nodes alone: the next cell reads their
 * channels in another order, which its fresh weights do not tell apart.
 */
export function canonicalConcatenatingCell(template: CellTemplate, cell: CellGenotype): CellGenotype {
  return leastBy(relabelled(template, cell), ({ choices, concat }) => JSON.stringify([choices, concat]));
}

function* relabelled(template: CellTemplate, { choices, concat }: CellGenotype): Generator<CellGenotype> {
  const nodes = computedNodes(template);
  for (const order of permutations(nodes.length)) {
    const renamed = (node: number): number =>
      node < template.inputs ? node : (nodes[order[node - template.inputs] as number] as number);
    const moved = choices.map(
      ({ source, target, operation }): Choice => ({ source: renamed(source), target: renamed(target), operation }),
    );
    if (!moved.every((choice) => isAllowed(template, choice))) continue;
    const joined = [...outputNodes(template, concat)].map(renamed).sort((a, b) => a - b);
    yield withConcat(template, moved.toSorted(compare), joined);
  }
}

/** Operations that are on no edge at all are for hand-made cells, and may stand anywhere. */
function isAllowed({ edges, operations }: CellTemplate, { source, target, operation }: Choice): boolean {
  const edge = edges.findIndex((other) => other.source === source && other.target === target);
  return edge >= 0 && (operations[edge]?.includes(operation) || !operations.some((row) => row.includes(operation)));
}

const compare = (a: Choice, b: Choice): number =>
  a.target - b.target || a.source - b.source || (a.operation < b.operation ? -1 : a.operation > b.operation ? 1 : 0);
