/** The chain spaces: ResNet, Vanilla, ResNeXt-A and ResNeXt-B (space-nds §5). */
import type { Random } from "../../random.ts";
import type { ArchitectureSpace } from "../architecture-space.ts";
import { graphCost } from "../graph/cost.ts";
import { changeOne, entryDecision } from "../mutation.ts";
import { datasetDefaults, datasetSuffix, type NdsDataset } from "./cell-space.ts";
import { type BlockType, type Chain, formatChain, parseChain } from "./chain.ts";
import { type ChainOptions, chainNetwork } from "./chain-network.ts";

export interface ChainFamily {
  readonly name: string;
  readonly title: string;
  readonly blocks: BlockType;
  /** What is drawn for each stage. */
  readonly values: Readonly<Record<NdsDataset, StageValues>>;
}

interface StageValues {
  /** Entry 0 of the lists. */
  readonly stem: { readonly width: number | readonly number[]; readonly stride: number };
  /** Strides of the first blocks. */
  readonly strides: readonly number[];
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  /** Bottleneck multipliers and group counts; absent for other blocks. */
  readonly multipliers?: readonly number[];
  readonly groups?: readonly number[];
}

const powers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from * 2 ** i);

/** The records of CIFAR-10 have nine depths from 1 to 24 and twelve widths from 16 to 256: these are our reading of them. */
const plain: ChainFamily["values"] = {
  cifar: {
    stem: { width: 16, stride: 1 },
    strides: [1, 2, 2],
    depths: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    widths: [16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256],
  },
  imagenet: {
    stem: { width: [16, 32, 64], stride: 4 },
    strides: [1, 2, 2, 2],
    depths: [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24],
    widths: [16, 32, 48, 64, 96, 128, 192, 256, 384, 512],
  },
};

function aggregated(widths: readonly number[], groups: readonly number[]): ChainFamily["values"] {
  const stages = { strides: [1, 2, 2], depths: powers(1, 5), widths, multipliers: [1, 0.5, 0.25], groups };
  return {
    cifar: { ...stages, stem: { width: 16, stride: 1 } },
    imagenet: { ...stages, stem: { width: 64, stride: 8 } },
  };
}

export const chainFamilies: readonly ChainFamily[] = [
  { name: "resnet", title: "ResNet chains of basic blocks", blocks: "res_basic_block", values: plain },
  { name: "vanilla", title: "chains of plain blocks", blocks: "double_plain_block", values: plain },
  {
    name: "resnext-a",
    title: "ResNeXt chains of bottlenecks, widths to 256",
    blocks: "res_bottleneck_block",
    values: aggregated(powers(16, 5), powers(1, 3)),
  },
  {
    name: "resnext-b",
    title: "ResNeXt chains of bottlenecks, widths to 1024",
    blocks: "res_bottleneck_block",
    values: aggregated(powers(64, 5), powers(1, 5)),
  },
];

/** Text: the JSON of a record's `net`. */
export function ndsChainSpace(
  { name: family, title, blocks, values }: ChainFamily,
  dataset: NdsDataset,
  options: ChainOptions = {},
): ArchitectureSpace<Chain> {
  const name = `nds-${family}${datasetSuffix[dataset]}`;
  const { strides, depths, widths, multipliers = [1], groups = [1] } = values[dataset];
  const perStage = BigInt(depths.length * widths.length * multipliers.length * groups.length);
  return {
    name,
    title: `${title}, ${dataset === "cifar" ? "for CIFAR-10" : "for ImageNet"}`,
    source: "Radosavovic et al., ICCV 2019, arXiv 1905.13214",
    size: perStage ** BigInt(strides.length),
    defaults: datasetDefaults[dataset],
    parse: (text) => parseChain(name, blocks, text),
    format: formatChain,
    random: (random) => randomChain(blocks, values[dataset], random),
    mutate: (chain, random) => mutatedChain(chain, values[dataset], random),
    plan: (chain, classes) => ({ kind: "graph", graph: chainNetwork(chain, classes, options) }),
    // Eproxy takes CIFAR's stem also of ImageNet's records (eproxy-dps §4).
    backbone: (chain, classes) => ({
      kind: "graph",
      graph: chainNetwork(chain, classes, { ...options, stem: "conv3x3" }),
    }),
  };
}

/** The `flops` of the records, exactly: multiply-adds, the classifier's bias, and five for each normalized value. */
export function recordedChainFlops(chain: Chain, dataset: NdsDataset): number {
  const { classes, imageSize } = datasetDefaults[dataset];
  const { macs, normalized } = graphCost(chainNetwork(chain, classes), imageSize);
  return macs + classes + 5 * normalized;
}

/** Every stage on its own, uniformly. */
function randomChain(blocks: BlockType, values: StageValues, random: Random): Chain {
  const { stem, strides, depths, widths, multipliers, groups } = values;
  const drawn = (from: readonly number[]): number[] => strides.map(() => random.pick(from));
  return {
    block_type: blocks,
    ds: [1, ...drawn(depths)],
    ws: [typeof stem.width === "number" ? stem.width : random.pick(stem.width), ...drawn(widths)],
    ss: [stem.stride, ...strides],
    bot_muls: multipliers === undefined ? [] : [1, ...drawn(multipliers)],
    num_gs: groups === undefined ? [] : [1, ...drawn(groups)],
  };
}

/** Another depth, width, multiplier or number of groups in one stage, or another width of the stem where it has several. */
function mutatedChain(chain: Chain, { stem, depths, widths, multipliers, groups }: StageValues, random: Random): Chain {
  const lists = { ds: depths, ws: widths, bot_muls: multipliers ?? [], num_gs: groups ?? [] };
  const stages = (Object.keys(lists) as (keyof typeof lists)[]).flatMap((key) =>
    chain[key].flatMap((_, i) =>
      i === 0 ? [] : [entryDecision(chain[key], i, lists[key], (changed): Chain => ({ ...chain, [key]: changed }))],
    ),
  );
  const stems = typeof stem.width === "number" ? [] : stem.width;
  const stemWidth = entryDecision(chain.ws, 0, stems, (ws): Chain => ({ ...chain, ws }));
  return changeOne([...stages, stemWidth], random);
}
