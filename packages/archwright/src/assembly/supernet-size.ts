/** How large the supernet is, which every search has a say in. */
import { z } from "zod";
import type { Part, Settings } from "../search/part.ts";
import type { CellTemplate, Space } from "../spaces/space.ts";

const settings = z.object({
  channels: z
    .union([z.literal("auto"), z.int().min(1).max(4096)])
    .default("auto")
    .describe("channels C of the supernet's first cells; auto is the space's (16)"),
  cells: z
    .union([z.literal("auto"), z.int().min(1).max(1000)])
    .default("auto")
    .describe("cells of the supernet, in a stage (NAS-Bench-201) or in all (DARTS family); auto is the space's"),
  partial: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe("k: the supernet's operations see one k-th of an edge's channels, the others go past them (PC-DARTS)"),
  poolNorm: z.boolean().default(true).describe("batch norm behind the supernet's pools, where the space has it"),
  withoutNone: z
    .boolean()
    .default(false)
    .describe("leave `none` out of the supernet's candidates, where the space has it"),
  imageSize: z
    .union([z.literal("auto"), z.int().min(8).max(1024)])
    .default("auto")
    .describe("height and width of the images in pixels; auto is 32"),
});

/** Not a slot: the same for every method. */
export const supernetSize: Part = {
  name: "supernet",
  title: "the size of the supernet and of its images",
  source: "space-darts §4.1, space-nasbench201 §2",
  settings,
};

/** Height and width of the images that the supernet takes. */
export function supernetImageSize(values: Settings): number {
  const { imageSize } = settings.parse(values);
  return imageSize === "auto" ? 32 : imageSize;
}

/** The space with the supernet's size as the settings have it. */
export function sizedSpace(space: Space, values: Settings): Space {
  const { channels, cells, partial, poolNorm, withoutNone } = settings.parse(values);
  const { search } = space.sizes;
  const size = {
    channels: channels === "auto" ? search.channels : channels,
    cells: cells === "auto" ? search.cells : cells,
    partial,
    poolNorm,
  };
  const templates = withoutNone ? space.cells.map(somethingOnEveryEdge) : space.cells;
  return { ...space, cells: templates, sizes: { ...space.sizes, search: size } };
}

function somethingOnEveryEdge(cell: CellTemplate): CellTemplate {
  const operations = cell.operations.map((row) => row.filter((name) => name !== "none"));
  return { ...cell, operations };
}
