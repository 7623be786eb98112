/** The NAS-Bench-101 space: 423,624 cells of up to seven vertices and nine edges (Ying et al., ICML 2019). */
import type { ArchitectureSpace } from "./architecture-space.ts";
import { wholeChannels } from "./channels.ts";
import { canonicalCell } from "./nasbench101/canonical.ts";
import type { Nasbench101Cell } from "./nasbench101/cell.ts";
import { formatNasbench101, parseNasbench101 } from "./nasbench101/codec.ts";
import { randomCell, uniqueCells } from "./nasbench101/enumerate.ts";
import { moduleHash } from "./nasbench101/hash.ts";
import { mutatedCell } from "./nasbench101/mutation.ts";
import { nasbench101Network, STEM_CHANNELS } from "./nasbench101/network.ts";

/** Cells are pruned. Isomorphic cells are one architecture: tables know them by {@link moduleHash}. */
const withStem = (stem: number): ArchitectureSpace<Nasbench101Cell> => ({
  name: "nasbench101",
  title: "NAS-Bench-101 cells: up to 7 vertices and 9 edges, 3 operations, 423,624 architectures",
  source: "Ying et al., ICML 2019, arXiv 1902.09635",
  size: 423_624n,
  defaults: { classes: 10, imageSize: 32 },
  parse: parseNasbench101,
  format: formatNasbench101,
  identity: moduleHash,
  canonical: canonicalCell,
  random: randomCell,
  mutate: mutatedCell,
  enumerate: () => uniqueCells(),
  plan: (cell, classes) => ({ kind: "graph", graph: nasbench101Network(cell, classes, stem) }),
  withWidth: (share) => withStem(wholeChannels(stem, share, FEWEST_CHANNELS)),
});

/** Five vertices can share the channels of an output. */
const FEWEST_CHANNELS = 8;

export const nasbench101 = withStem(STEM_CHANNELS);
