/** Which edges of a cell are decided, and the mixture that follows from it. */
import type { CellMixture } from "../networks/mixture.ts";
import type { Architecture, CellGenotype, CellTemplate, Space } from "../spaces/space.ts";

/** Plain JSON, part of the checkpoint. */
export interface CellDecisions {
  /** Column of the operation of each edge; null while undecided. */
  readonly chosen: (number | null)[];
  /** Edges that the topology step has removed. */
  readonly dropped: boolean[];
  /** Whether each operation is out of the supernet, [edges][operations]; absent where all are in it. */
  removed?: boolean[][];
}

export function undecided(cell: CellTemplate): CellDecisions {
  return { chosen: cell.edges.map(() => null), dropped: cell.edges.map(() => false) };
}

export function undecidedEdges({ chosen }: CellDecisions): number[] {
  return chosen.flatMap((operation, edge) => (operation === null ? [edge] : []));
}

/** Decided edges one-hot, removed ones and operations zero, the others as in `base`; nothing is renormalized (zero-cost-pt §2). */
export function decidedMixture(base: CellMixture, { chosen, dropped, removed }: CellDecisions): CellMixture {
  return {
    values: base.values.map((row, edge) => {
      if (dropped[edge] === true) return row.map(() => 0);
      const operation = chosen[edge];
      if (operation == null) return row.map((weight, o) => (removed?.[edge]?.[o] === true ? 0 : weight));
      return row.map((_, o) => (o === operation ? 1 : 0));
    }),
  };
}

/** A_t - (e,o): operation `o` removed from edge `e`. */
export function withoutOperation(mixture: CellMixture, edge: number, operation: number): CellMixture {
  return withRow(mixture, edge, (row) => row.map((weight, o) => (o === operation ? 0 : weight)));
}

/** A_t + (e,[o]): edge `e` discretized to operation `o`. */
export function onlyOperation(mixture: CellMixture, edge: number, operation: number): CellMixture {
  return withRow(mixture, edge, (row) => row.map((_, o) => (o === operation ? 1 : 0)));
}

/** Edge `e` removed whole. */
export function withoutEdge(mixture: CellMixture, edge: number): CellMixture {
  return withRow(mixture, edge, (row) => row.map(() => 0));
}

function withRow({ values }: CellMixture, edge: number, change: (row: readonly number[]) => number[]): CellMixture {
  return { values: values.map((row, e) => (e === edge ? change(row) : row)) };
}

/** The decided cell. Throws while an edge is undecided. */
export function decidedGenotype(cell: CellTemplate, { chosen, dropped }: CellDecisions): CellGenotype {
  return {
    choices: cell.edges.flatMap((edge, e) => {
      if (dropped[e] === true) return [];
      const operation = cell.operations[e]?.[chosen[e] ?? -1];
      if (operation === undefined) throw new RangeError(`edge ${e} of cell ${cell.name} is undecided`);
      return [{ ...edge, operation }];
    }),
  };
}

/** Whether nothing is open about an edge: it has its operation, or was removed. */
export const isDecided = ({ chosen, dropped }: CellDecisions, edge: number): boolean =>
  chosen[edge] !== null || dropped[edge] === true;

/** The architecture of a space whose every edge is decided or removed. */
export function decidedArchitecture(
  space: Pick<Space, "cells">,
  decisions: Readonly<Record<string, CellDecisions>>,
): Architecture {
  return Object.fromEntries(
    space.cells.map((cell) => [cell.name, decidedGenotype(cell, decisions[cell.name] ?? undecided(cell))]),
  );
}
