/** Where the stages of a network of cells end. */
import type { Skeleton } from "../space.ts";

/** Blocks whose output ends a stage; -1 is the stem. */
export function stageEnds({ blocks, stages }: Pick<Skeleton, "blocks" | "stages">): ReadonlySet<number> {
  if (stages !== undefined) return new Set(stages);
  const before = blocks.flatMap((block, k) => (block.kind === "residual" || block.reduction ? [k - 1] : []));
  return new Set([...before, blocks.length - 1]);
}
