/** Chains of stages of equal blocks, as Network Design Spaces records them (space-nds §5). */
import { bareText } from "../codecs/bare-text.ts";
import { plain, readWhole, shortened } from "../codecs/literal.ts";
import { notOf } from "../digits.ts";

export const blockTypes = ["res_basic_block", "res_bottleneck_block", "double_plain_block"] as const;

export type BlockType = (typeof blockTypes)[number];

/** Lists have an entry a stage; entry 0 is the stem. */
export interface Chain {
  readonly block_type: BlockType;
  /** Blocks. */
  readonly ds: readonly number[];
  /** Channels. */
  readonly ws: readonly number[];
  /** Stride of the first block; the stem's is 1 on CIFAR, 4 or 8 on ImageNet. */
  readonly ss: readonly number[];
  /** Channels inside bottlenecks, as a part of `ws`; empty for other blocks. */
  readonly bot_muls: readonly number[];
  /** Groups of the 3×3 convolutions of bottlenecks; empty for other blocks. */
  readonly num_gs: readonly number[];
}

/** Far beyond the spaces' own, and small enough to be built. */
const MOST_BLOCKS = 256;
const MOST_CHANNELS = 4096;

/** Strides of stems that are known. */
const stemStrides: readonly number[] = [1, 4, 8];

/** The JSON of a record's `net`, its keys in a fixed order. */
export function formatChain({ block_type, ds, ws, ss, bot_muls, num_gs }: Chain): string {
  return JSON.stringify({ block_type, ds, ws, ss, bot_muls, num_gs });
}

/** Throws `ArchwrightError("architecture")` for JSON that describes no such chain. */
export function parseChain(space: string, blocks: BlockType, text: string): Chain {
  const bare = bareText(text).trim();
  if (!bare.startsWith("{")) throw notOf(space, `expected the JSON of a record's "net", found ${shortened(bare)}`);
  const net = plain(readWhole(bare)) as Record<string, unknown>;
  if (net.block_type !== blocks) {
    const found = net.block_type === undefined ? "none is given" : `not ${JSON.stringify(net.block_type).slice(0, 40)}`;
    throw notOf(space, `its "block_type" is ${blocks}, ${found}`);
  }
  const bottleneck = blocks === "res_bottleneck_block";
  const ds = numbers(space, net, "ds", positive);
  const stages = ds.length;
  const lists = {
    ds,
    ws: numbers(space, net, "ws", positive, stages),
    ss: numbers(space, net, "ss", positive, stages),
    // Records of other blocks have empty lists, or none.
    bot_muls: bottleneck ? numbers(space, net, "bot_muls", (x) => x >= 0, stages) : [],
    num_gs: bottleneck ? numbers(space, net, "num_gs", positive, stages) : [],
  };
  const problem = chainProblem({ block_type: blocks, ...lists });
  if (problem !== undefined) throw notOf(space, problem);
  return { block_type: blocks, ...lists };
}

function chainProblem(chain: Chain): string | undefined {
  if (chain.ds.length < 2) return "it has no stages behind the stem";
  const blocks = chain.ds.reduce((sum, depth) => sum + depth, 0);
  if (blocks > MOST_BLOCKS) return `${blocks} blocks are more than the ${MOST_BLOCKS} there may be`;
  const widest = Math.max(...chain.ws, ...chain.bot_muls.map((_, stage) => bottleneckWidth(chain, stage)));
  if (widest > MOST_CHANNELS) return `${widest} channels are more than the ${MOST_CHANNELS} there may be`;
  const stem = chain.ss[0] as number;
  if (!stemStrides.includes(stem)) return `a stem of stride ${stem} is not known (there are ${stemStrides.join(", ")})`;
  if (chain.ss.slice(1).some((stride) => stride > 2)) return "strides of stages are 1 or 2";
  for (let stage = 1; stage < chain.num_gs.length; stage++) {
    const [inner, groups] = [bottleneckWidth(chain, stage), chain.num_gs[stage] as number];
    if (inner < 1 || inner % groups !== 0) {
      return `stage ${stage}: ${groups} groups do not divide the ${inner} channels of its bottleneck`;
    }
  }
  return undefined;
}

export const bottleneckWidth = ({ ws, bot_muls }: Chain, stage: number): number =>
  Math.round((ws[stage] as number) * (bot_muls[stage] as number));

const positive = (value: number): boolean => Number.isInteger(value) && value >= 1;

function numbers(
  space: string,
  net: Record<string, unknown>,
  key: string,
  fits: (value: number) => boolean,
  length?: number,
): number[] {
  const list = net[key];
  const good = Array.isArray(list) && list.every((value) => typeof value === "number" && fits(value));
  if (!good)
    throw notOf(space, `"${key}" must be a list of positive numbers, found ${JSON.stringify(list)?.slice(0, 40)}`);
  if (length !== undefined && list.length !== length) {
    throw notOf(space, `"${key}" has ${list.length} entries, "ds" has ${length}`);
  }
  return list;
}
