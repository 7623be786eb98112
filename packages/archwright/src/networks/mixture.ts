/** Mixing weights: how much each candidate operation of each edge contributes to a supernet's output. */
import type { Tensor } from "@archwright/torch";
import type { Architecture, CellTemplate, Space } from "../spaces/space.ts";

/** The weights of one cell template. */
export interface CellMixture {
  /** `values[e][o]`: weight of operation `o` on edge `e`. An operation whose weight is exactly 0 is not run. */
  readonly values: readonly (readonly number[])[];
  /** The same numbers as a tensor [edges, operations] where gradients are to flow into them. */
  readonly tensor?: Tensor;
  /**
   * In a network of partial channels, the weight of what goes past each edge's operations, as a tensor too where gradients
   * are to flow into it. @default 1 for an edge with an operation of weight, 0 for others
   */
  readonly bypass?: { readonly values: readonly number[]; readonly tensor?: Tensor };
}

/** The weights of all cell templates of a space, by template name. */
export type Mixture = Readonly<Record<string, CellMixture>>;

/** Weights of every block by position, for those who need copies of their own in cells of one template (Λ-DARTS §2). */
export type BlockMixtures = readonly (CellMixture | undefined)[];

/** The weights of one block. */
export const blockMixture = (
  mixture: Mixture | BlockMixtures | undefined,
  block: number,
  cell: string,
): CellMixture | undefined =>
  Array.isArray(mixture) ? (mixture as BlockMixtures)[block] : (mixture as Mixture | undefined)?.[cell];

/** Weight 1 on every choice of `architecture`, 0 elsewhere: the supernet becomes the discrete network. */
export function oneHot(space: Pick<Space, "cells">, architecture: Architecture): Mixture {
  return Object.fromEntries(space.cells.map((cell) => [cell.name, { values: oneHotCell(cell, architecture) }]));
}

function oneHotCell(cell: CellTemplate, architecture: Architecture): number[][] {
  const choices = architecture[cell.name]?.choices ?? [];
  return cell.edges.map(({ source, target }, e) =>
    (cell.operations[e] ?? []).map((operation) =>
      choices.some((c) => c.source === source && c.target === target && c.operation === operation) ? 1 : 0,
    ),
  );
}
