/** What a fit decides from what it saw. */
import { ArchwrightError } from "../../errors.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { FitFile } from "./fit-file.ts";

/** Pixels along a side: small pictures stay small, photographs get as many as the time allows. */
export function chooseImageSize(side: number, minutes: number): number {
  if (side < 48) return 32;
  if (side < 80) return 64;
  return minutes < 60 ? 96 : 128;
}

/**
 * NAS-Bench-201's cells for small images: the training-free search finds 94 % cells in it within two minutes (docs/results.md).
 * DARTS's for larger ones, because their networks begin with strided convolutions.
 */
export const chooseSpace = (imageSize: number): string => (imageSize <= 64 ? "nasbench201" : "darts");

/** The space of this name. Throws `ArchwrightError("usage")` for one whose networks have a single size. */
export function fitSpace(name: string): ArchitectureSpace {
  const space = findArchitectureSpace(name);
  if (space.supernet !== undefined) return space;
  throw new ArchwrightError(
    "usage",
    `a fit needs a space of cells, whose networks can be narrower or deeper; ${name} is none`,
  );
}

export interface Size {
  readonly channels: number;
  readonly cells: number;
}

/** Sizes that a network can have, small and large ones, for the kind of space. */
export function sizesOf(space: ArchitectureSpace): Size[] {
  const stages = space.supernet?.cells.length === 1;
  const [channels, cells] = stages
    ? [
        [4, 6, 8, 12, 16, 24, 32, 48, 64],
        [1, 2, 3, 5],
      ]
    : [
        [4, 6, 8, 12, 16, 20, 24, 36, 48],
        [5, 8, 11, 14, 20],
      ];
  return cells.flatMap((count) => channels.map((width) => ({ channels: width, cells: count })));
}

/** Images in a minibatch: fewer where there are few images, so that an epoch has some steps. */
export function chooseBatch(images: number): number {
  const wanted = [64, 32, 16, 8, 4, 2].find((batch) => images >= 8 * batch) ?? 2;
  return Math.min(wanted, images);
}

/** Whether the largest class has three times the images of the smallest. */
export function isUnbalanced({ classes }: FitFile["seen"]): boolean {
  const counts = classes.map(({ images }) => images);
  return Math.max(...counts) >= 3 * Math.max(1, Math.min(...counts));
}
