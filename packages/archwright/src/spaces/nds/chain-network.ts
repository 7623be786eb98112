/** The network of a chain (space-nds §5). */
import { GraphBuilder, type Value } from "../graph/builder.ts";
import type { NetworkGraph } from "../graph/graph.ts";
import { bottleneckWidth, type Chain } from "./chain.ts";

/** `conv3x3`: stride 1. `conv7x7-pool`: conv 7×7 and max-pool, stride 2 each. `conv3x3-thrice`: three of stride 2. */
export type ChainStem = "conv3x3" | "conv3x3-stride-2" | "conv7x7-pool" | "conv3x3-thrice";

/** Departures from the records that proxy papers' code makes (space-nds §8). */
export interface ChainOptions {
  /** @default the one that the record's stem stride means */
  readonly stem?: ChainStem;
  /** Channels of the stem. @default `ws[0]`, with which all recorded parameter counts agree; proxy code has 12 */
  readonly stemChannels?: number;
  /**
   * Entry 0 of the lists is a stage of blocks behind the stem, as in proxy code, not the stem itself. @default false,
   * with which all recorded parameter counts agree
   */
  readonly stageZero?: boolean;
  /**
   * What `num_gs` is: the number of groups, with which all recorded parameter counts agree, or the channels of one, as
   * proxy code reads it. @default "number"
   */
  readonly groups?: "number" | "width";
}

/** Stem, stages, pool and linear layer. */
export function chainNetwork(chain: Chain, classes: number, options: ChainOptions = {}): NetworkGraph {
  const build = new GraphBuilder({ conv: "fan-out", linear: "normal-0.01" });
  const { stem = stemOf(chain), stemChannels = chain.ws[0] as number, groups = "number", stageZero = false } = options;
  let x = build.block(addStem(build, stem, stemChannels));
  for (let stage = stageZero ? 0 : 1; stage < chain.ds.length; stage++) {
    for (let n = 0; n < (chain.ds[stage] as number); n++) {
      const stride = n === 0 ? (chain.ss[stage] as number) : 1;
      x = build.block(addBlock(build, x, chain, stage, stride, groups));
    }
    build.endStage();
  }
  return build.classifier(x, classes);
}

function stemOf({ ss }: Chain): ChainStem {
  if (ss[0] === 1) return "conv3x3";
  return ss[0] === 4 ? "conv7x7-pool" : "conv3x3-thrice";
}

function addStem(build: GraphBuilder, stem: ChainStem, channels: number): Value {
  switch (stem) {
    case "conv3x3":
      return build.convNormRelu(build.images, channels, 3);
    case "conv3x3-stride-2":
      return build.convNormRelu(build.images, channels, 3, { stride: 2 });
    case "conv7x7-pool":
      return build.pool(build.convNormRelu(build.images, channels, 7, { stride: 2 }), "max", 3, 2);
    case "conv3x3-thrice": {
      const half = build.convNormRelu(build.images, Math.floor(channels / 2), 3, { stride: 2 });
      const quarter = build.convNormRelu(half, channels, 3, { stride: 2 });
      return build.convNormRelu(quarter, channels, 3, { stride: 2 });
    }
  }
}

function addBlock(
  build: GraphBuilder,
  x: Value,
  chain: Chain,
  stage: number,
  stride: number,
  groups: "number" | "width",
): Value {
  const width = chain.ws[stage] as number;
  if (chain.block_type === "double_plain_block") {
    return build.convNormRelu(build.convNormRelu(x, width, 3, { stride }), width, 3);
  }
  const body =
    chain.block_type === "res_basic_block"
      ? build.norm(build.conv(build.convNormRelu(x, width, 3, { stride }), width, 3))
      : bottleneck(build, x, chain, stage, stride, groups);
  const unchanged = stride === 1 && x.channels === width;
  const shortcut = unchanged ? x : build.norm(build.conv(x, width, 1, { stride }));
  return build.relu(build.sum([shortcut, body]));
}

/** Conv 1×1 to the inner width, grouped 3×3 with the stride, 1×1 to the width. */
function bottleneck(
  build: GraphBuilder,
  x: Value,
  chain: Chain,
  stage: number,
  stride: number,
  reading: "number" | "width",
): Value {
  const inner = bottleneckWidth(chain, stage);
  const given = chain.num_gs[stage] as number;
  const groups = reading === "number" ? given : Math.floor(inner / given);
  const narrow = build.convNormRelu(x, inner, 1);
  const filtered = build.convNormRelu(narrow, inner, 3, { stride, groups });
  return build.norm(build.conv(filtered, chain.ws[stage] as number, 1));
}
