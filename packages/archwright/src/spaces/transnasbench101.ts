/** The micro and macro spaces of TransNAS-Bench-101 (Duan et al., CVPR 2021). */
import type { ArchitectureSpace } from "./architecture-space.ts";
import { wholeChannels } from "./channels.ts";
import { allDigits, mutatedDigits, randomDigits } from "./digits.ts";
import { canonicalMicro, type MicroCell, microCell, microOperations } from "./transnasbench101/cell.ts";
import {
  formatMacro,
  formatMicro,
  MICRO_MODULES,
  macroProblem,
  parseMacro,
  parseMicro,
} from "./transnasbench101/codec.ts";
import { BASE_CHANNELS, type BasicBlockOptions, backbone, basicBlock } from "./transnasbench101/network.ts";

const source = "Duan et al., CVPR 2021, arXiv 2105.11871";

/** Classes and image size of the scene classification task. */
const defaults = { classes: 47, imageSize: 256 } as const;

const EDGES = 6;

/** Isomorphic cells are different architectures here, as in the benchmark; their networks are scored once. */
const microSpace = (base = BASE_CHANNELS): ArchitectureSpace<MicroCell> => ({
  name: "transnasbench101-micro",
  title: "TransNAS-Bench-101 cells: 6 edges, 4 operations, 4,096 architectures",
  source,
  size: 4_096n,
  defaults,
  benchmark: "transnasbench101-micro",
  parse: parseMicro,
  format: formatMicro,
  canonical: canonicalMicro,
  random: (random) => randomDigits(random, EDGES, microOperations.length),
  mutate: (cell, random) => mutatedDigits(cell, microOperations.length, random),
  enumerate: () => allDigits(EDGES, microOperations.length),
  plan: (cell, classes) => ({
    kind: "graph",
    graph: backbone({ modules: MICRO_MODULES, block: microCell(cell), classes, base }),
  }),
  backbone: (cell, classes) => ({
    kind: "graph",
    graph: backbone({ modules: SHALLOW_MODULES, block: microCell(cell), classes, base }),
  }),
  withWidth: (share) => microSpace(wholeChannels(base, share, FEWEST_CHANNELS)),
});

/** Eproxy's images are small: its networks do not halve the resolution in the last module (eproxy-dps §4). */
const SHALLOW_MODULES = [...MICRO_MODULES.slice(0, -1), 2];

const FEWEST_CHANNELS = 4;

export const transnasbench101Micro = microSpace();

/** Skeletons of basic blocks. `options` chooses between the paper's blocks and the released code's. */
export const macroSpace = (
  options: BasicBlockOptions = {},
  base = BASE_CHANNELS,
): ArchitectureSpace<readonly number[]> => ({
  name: "transnasbench101-macro",
  title: "TransNAS-Bench-101 skeletons: 4 to 6 modules of 4 types, 3,256 architectures",
  source,
  size: BigInt(macroCodes.length),
  defaults,
  benchmark: "transnasbench101-macro",
  parse: parseMacro,
  format: formatMacro,
  random: (random) => random.pick(macroCodes),
  mutate: (modules, random) => random.pick(macroNeighbours(modules)),
  enumerate: () => macroCodes,
  plan: (modules, classes) => ({
    kind: "graph",
    graph: backbone({ modules, block: basicBlock(options), classes, base }),
  }),
  withWidth: (share) => macroSpace(options, wholeChannels(base, share, FEWEST_CHANNELS)),
});

/** Every legal list of modules, shorter ones first. */
const macroCodes: readonly (readonly number[])[] = [4, 5, 6].flatMap((length) =>
  [...allDigits(length, 4)]
    .map((digits) => digits.map((digit) => digit + 1))
    .filter((modules) => macroProblem(modules) === undefined),
);

/** Every legal list of modules with one module more, one less, or one of another type. */
function macroNeighbours(modules: readonly number[]): number[][] {
  const types = [1, 2, 3, 4];
  const changed = modules.flatMap((own, i) => types.flatMap((type) => (type === own ? [] : [modules.with(i, type)])));
  const shorter = modules.map((_, i) => modules.toSpliced(i, 1));
  const longer = [...modules, 0].flatMap((_, i) => types.map((type) => modules.toSpliced(i, 0, type)));
  const legal = [...changed, ...shorter, ...longer].filter((each) => macroProblem(each) === undefined);
  return [...new Map(legal.map((each) => [formatMacro(each), each])).values()];
}

export const transnasbench101Macro = macroSpace();
