/** What a node's sparse code stands for, and the matrix that senses it (ista-nas §1). */
import { type Generator, rand, randn, scope } from "@archwright/torch";
import { computedNodes, incomingEdges } from "../../spaces/cells.ts";
import type { Operation } from "../../spaces/layers.ts";
import { isNothing } from "../../spaces/operations.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";
import type { Columns } from "./lasso.ts";

/** A candidate: column `operation` of edge `edge`. */
export interface Entry {
  readonly edge: number;
  readonly operation: number;
}

/** A node of a kind of cell, with the candidates of all edges that enter it. */
export interface CodedNode {
  readonly cell: string;
  readonly node: number;
  readonly edges: readonly number[];
  /** In the order of the code: edge by edge. */
  readonly entries: readonly Entry[];
}

export type Distribution = "uniform" | "gaussian";

export const codedNodes = (space: Space): CodedNode[] =>
  space.cells.flatMap((cell) =>
    computedNodes(cell).map((node): CodedNode => {
      const edges = incomingEdges(cell, node);
      const entries = edges.flatMap((edge) => candidates(space, cell, edge));
      return { cell: cell.name, node, edges, entries };
    }),
  );

/** A: one column of `measurements` numbers for each entry. */
export const sensingMatrix = (
  { entries }: CodedNode,
  random: Generator,
  measurements: number,
  distribution: Distribution,
): Columns => entries.map(() => drawn(random, measurements, distribution));

/** The operations that a code can choose. Nothing at all needs no entry: a code without one on an edge says it. */
function candidates(space: Space, cell: CellTemplate, edge: number): Entry[] {
  return (cell.operations[edge] ?? []).flatMap((name, operation) =>
    space.excluded.includes(name) || isNothing(space.operations[name] as Operation) ? [] : [{ edge, operation }],
  );
}

/** A column: uniform on [0, 1) as in the released code, or normal and of unit length. */
function drawn(random: Generator, length: number, distribution: Distribution): number[] {
  const draw = distribution === "uniform" ? rand : randn;
  const values = scope(() => draw([length], random).toArray());
  if (distribution === "uniform") return values;
  const norm = Math.hypot(...values);
  // As float32, which the network computes in.
  return values.map((value) => Math.fround(value / norm));
}
