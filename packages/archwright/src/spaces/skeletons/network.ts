/** The skeleton of one decided network. */
import { outputNodes } from "../cells.ts";
import type { Architecture, Skeleton, SkeletonOptions, Space } from "../space.ts";

/**
 * The space's skeleton with channels that fit `architecture`: a cell whose genotype names its own concatenation has
 * more or fewer output channels than its template's.
 */
export function networkSkeleton(
  space: Pick<Space, "cells" | "skeleton">,
  architecture: Architecture,
  options: SkeletonOptions,
): Skeleton {
  const outputs = space.cells.map((cell) => [cell.name, outputNodes(cell, architecture[cell.name]?.concat).length]);
  return space.skeleton({ ...options, outputs: Object.fromEntries(outputs) });
}
