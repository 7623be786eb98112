/** How far several mixtures give the same feature maps. */
import type { CellTemplate, Skeleton } from "../../spaces/space.ts";
import type { CellMixture, Mixture } from "../mixture.ts";

export interface SharedPrefix {
  /** Blocks, from the first, whose outputs all mixtures have in common. */
  readonly blocks: number;
  /** In the block after these: nodes, from the first, whose values all mixtures have in common. */
  readonly nodes: number;
}

/** Compares the weights edge by edge: the first cell with an edge that differs is where the mixtures part. */
export function sharedPrefix(
  skeleton: Skeleton,
  templates: readonly CellTemplate[],
  mixtures: readonly (Mixture | undefined)[],
): SharedPrefix {
  const count = skeleton.blocks.length;
  if (mixtures.length < 2) return { blocks: 0, nodes: 0 };
  const firstNode = new Map(templates.map((template) => [template.name, firstDifference(template, mixtures)]));
  for (const [k, block] of skeleton.blocks.entries()) {
    const node = block.kind === "cell" ? firstNode.get(block.cell) : undefined;
    if (node !== undefined) return { blocks: k, nodes: node };
  }
  return { blocks: count, nodes: 0 };
}

/** The lowest node that an edge with differing weights leads to. */
function firstDifference(template: CellTemplate, mixtures: readonly (Mixture | undefined)[]): number | undefined {
  const cells = mixtures.map((mixture) => mixture?.[template.name]);
  const differing = template.edges.filter((_, e) => cells.some((cell) => !sameRow(cell, cells[0], e)));
  return differing.length === 0 ? undefined : Math.min(...differing.map(({ target }) => target));
}

function sameRow(a: CellMixture | undefined, b: CellMixture | undefined, edge: number): boolean {
  const [row, other] = [a?.values[edge], b?.values[edge]];
  return row === other || (row?.every((weight, o) => weight === other?.[o]) ?? false);
}
