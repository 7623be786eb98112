import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { cell } from "../../src/spaces/cells.ts";
import { networkCost } from "../../src/spaces/cost.ts";
import { defineSpace } from "../../src/spaces/define.ts";
import { graphCost } from "../../src/spaces/graph/cost.ts";
import { cellFamilies } from "../../src/spaces/nds/cell-families.ts";
import { looseEnds, type NdsDataset, ndsCellSpace, recordedCellFlops } from "../../src/spaces/nds/cell-space.ts";
import { type Chain, parseChain } from "../../src/spaces/nds/chain.ts";
import { type ChainOptions, chainNetwork } from "../../src/spaces/nds/chain-network.ts";
import { chainFamilies, ndsChainSpace, recordedChainFlops } from "../../src/spaces/nds/chain-space.ts";
import { chained } from "../../src/spaces/skeletons/chained.ts";
import type { CellTemplate, Choice } from "../../src/spaces/space.ts";
import { DARTS_V2 } from "./genotypes.ts";
import { hasSharedData, needsSharedData, sharedFolder } from "./shared-data.ts";

const family = (name: string) => {
  const found = cellFamilies.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};
const chainFamily = (name: string) => {
  const found = chainFamilies.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

/** Jobs of a file; the losses of diverged trainings are written as NaN. */
function jobs(name: string): { net: Record<string, unknown>; params: number; flops: number }[] {
  const text = gunzipSync(readFileSync(`${sharedFolder}nds/${name}.jsonl.gz`)).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line.replaceAll("NaN", "null").replaceAll("Infinity", "null")));
}

describe("operations at C = 16 on 32×32 maps (space-nds §9)", () => {
  // A cell of one node with the operation and two empty edges beside it: differences to `none` are the operation's.
  const all = {
    ...family("nasnet").space.operations,
    ...family("darts").space.operations,
    ...family("amoeba").space.operations,
  };
  const shape = { inputs: 2, nodes: 3, operations: Object.keys(all), output: "concat" } as const;
  const cells = [cell("normal", shape), cell("reduce", shape)] as const;
  const single = defineSpace({
    name: "single",
    title: "",
    source: "",
    cells: [...cells],
    operations: all,
    inDegree: 2,
    sizes: { search: { channels: 16, cells: 3 }, evaluation: { channels: 16, cells: 3 } },
    skeleton: chained({ normal: cells[0], reduction: cells[1] }),
  });
  // Of three cells, those at 1 and 2 are reductions: the first is at 16 channels, the second halves 32×32 at 32. A single
  // cell is a reduction of twice the channels.
  const cost = (operation: string, where: "normal" | "reduce", size = single.sizes.evaluation) => {
    const choices = (first: string): { choices: Choice[] } => ({
      choices: [first, "none"].map((name, source) => ({ source, target: 2, operation: name })),
    });
    const of = (name: string) =>
      networkCost(
        single,
        {
          normal: choices(where === "normal" ? name : "none"),
          reduce: choices(where === "reduce" ? name : "none"),
        },
        { size },
      );
    const [with_, without] = [of(operation), of("none")];
    return [with_.parameters - without.parameters, with_.macs - without.macs];
  };
  it.each([
    ["skip_connect", 0, 0],
    ["conv_1x1", 288, 262_144],
    ["conv_3x3", 2_336, 2_359_296],
    ["conv_3x1_1x3", 1_568, 1_572_864],
    ["conv_7x1_1x7", 3_616, 3_670_016],
    ["sep_conv_3x3", 864, 819_200],
    ["sep_conv_5x5", 1_376, 1_343_488],
    ["sep_conv_7x7", 2_144, 2_129_920],
    ["dil_conv_3x3", 432, 409_600],
    ["dil_conv_5x5", 688, 671_744],
    ["dil_sep_conv_3x3", 864, 819_200],
  ])("%s: %i parameters, %i MACs at stride 1", (operation, parameters, macs) => {
    expect(cost(operation, "normal")).toEqual([parameters, macs]);
  });

  it.each([
    ["skip_connect", 288, 65_536],
    ["conv_1x1", 288, 65_536],
    ["conv_3x3", 2_336, 589_824],
    ["conv_3x1_1x3", 1_568, 589_824],
    ["conv_7x1_1x7", 3_616, 1_376_256],
    ["sep_conv_3x3", 864, 204_800],
    ["sep_conv_5x5", 1_376, 335_872],
    ["sep_conv_7x7", 2_144, 532_480],
    ["dil_conv_3x3", 432, 102_400],
    ["dil_conv_5x5", 688, 167_936],
    ["dil_sep_conv_3x3", 864, 204_800],
  ])("%s: %i parameters, %i MACs at stride 2", (operation, parameters, macs) => {
    expect(cost(operation, "reduce", { channels: 8, cells: 1 })).toEqual([parameters, macs]);
  });

  it.each([
    // (32 channels at 32×32 → 16×16, then 64 channels at 16×16 → 8×8): per pair of channels the same weights.
    ["conv_1x1", 65_536],
    ["conv_3x3", 589_824],
    ["conv_3x1_1x3", 589_824],
    ["conv_7x1_1x7", 1_376_256],
    ["skip_connect", 65_536],
  ])("%s: dense MACs at stride 2 grow with C²", (operation, at16) => {
    // Twice the channels are four times the work; the second reduction has another four times on a quarter of the map.
    expect(cost(operation, "reduce")[1]).toBe(at16 * 4 + (at16 * 16) / 4);
  });
});

describe("cell networks (space-nds §9)", () => {
  const NASNET_A =
    "Genotype(normal=[('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('sep_conv_5x5', 0), ('sep_conv_3x3', 0), ('avg_pool_3x3', 1), ('skip_connect', 0), ('avg_pool_3x3', 0), ('avg_pool_3x3', 0), ('sep_conv_3x3', 1), ('skip_connect', 1)], normal_concat=range(2, 7), reduce=[('sep_conv_5x5', 1), ('sep_conv_7x7', 0), ('max_pool_3x3', 1), ('sep_conv_7x7', 0), ('avg_pool_3x3', 1), ('sep_conv_5x5', 0), ('skip_connect', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 2), ('max_pool_3x3', 1)], reduce_concat=[4, 5, 6])";
  const uniform = (operation: string, normalConcat = "[2, 3, 4, 5]") => {
    const pairs = Array.from({ length: 8 }, (_, i) => `('${operation}', ${i % 2})`).join(", ");
    return `Genotype(normal=[${pairs}], normal_concat=${normalConcat}, reduce=[${pairs}], reduce_concat=[2, 3, 4, 5])`;
  };
  it.each([
    ["darts", "DARTS_V2", DARTS_V2, 36, 20, 3_349_342, 528_359_040],
    ["darts", "DARTS_V2", DARTS_V2, 16, 20, 710_682, 114_567_680],
    ["nasnet", "NASNet-A", NASNET_A, 16, 8, 333_946, 56_224_896],
    ["darts", "skips", uniform("skip_connect"), 16, 4, 89_146, 15_485_440],
    ["darts", "skips, two nodes concatenated", uniform("skip_connect", "[4, 5]"), 16, 4, 84_794, 13_911_296],
    ["darts", "skips", uniform("skip_connect"), 16, 20, 317_050, 49_826_304],
    ["darts", "separable convolutions", uniform("sep_conv_3x3"), 16, 4, 229_178, 32_786_944],
    ["darts", "separable convolutions", uniform("sep_conv_3x3"), 32, 20, 3_746_538, 568_497_152],
  ])("nds-%s: %s at C = %#", (name, _, genotype, width, depth, parameters, macs) => {
    const space = ndsCellSpace(family(name), "cifar");
    const architecture = space.parse(`${genotype} width=${width} depth=${depth}`);
    expect(architectureCost(space, architecture)).toEqual({ parameters, macs });
  });

  it("spaces have as many cells as the paper counts (§3.1)", () => {
    const count = ({ space }: (typeof cellFamilies)[number]) => {
      const { nodes, inputs, operations } = space.cells[0] as CellTemplate;
      const width = BigInt(operations[0]?.length ?? 0);
      return Array.from({ length: nodes - inputs }, (_, k) => (BigInt(k + 2) * width) ** 2n).reduce(
        (a, b) => a * b,
        1n,
      );
    };
    expect(Object.fromEntries(cellFamilies.map((one) => [one.name, count(one)]))).toEqual({
      nasnet: 71_465_842_174_521_600n,
      amoeba: 556_627_761_561_600n,
      pnas: 556_627_761_561_600n,
      enas: 5_062_500_000_000n,
      darts: 241_591_910_400n,
    });
  });

  it.each(cellFamilies.map((one) => [one.name, one] as const))("random %s networks read back", (name, one) => {
    const random = Random.stream(4, name);
    for (const dataset of ["cifar", "imagenet"] as const) {
      const space = ndsCellSpace(one, dataset);
      for (let i = 0; i < 50; i++) {
        const architecture = space.random(random);
        expect(space.parse(space.format(architecture))).toEqual(architecture);
      }
    }
  });

  it.each([
    ["{", /expected a field's name, found the end/],
    ['{"width": 16, "depth": 8}', /no "genotype"/],
    [`${DARTS_V2} width=16`, /expected "Genotype\(...\) width=32 depth=14"/],
    [`${DARTS_V2} width=15 depth=8`, /width must be an even number/],
    [`${DARTS_V2} width=16 depth=2`, /depth must be at least 3/],
    [`${DARTS_V2.replace("sep_conv_3x3", "conv_1x1")} width=16 depth=8`, /"conv_1x1" is not an operation/],
  ])("%j is refused", (text, message) => {
    expect(() => ndsCellSpace(family("darts"), "cifar").parse(text)).toThrow(message);
  });
});

describe("chains (space-nds §9)", () => {
  const example = parseChain(
    "nds-resnext-b",
    "res_bottleneck_block",
    '{"block_type":"res_bottleneck_block","ds":[1,2,2,4],"ws":[16,64,512,64],"ss":[1,1,2,2],"bot_muls":[1,0.25,0.25,0.25],"num_gs":[1,2,16,8]}',
  );
  const small = (block_type: Chain["block_type"]): Chain => ({
    block_type,
    ds: [1, 1, 1, 1],
    ws: [16, 16, 32, 64],
    ss: [1, 1, 2, 2],
    bot_muls: [],
    num_gs: [],
  });
  // The specification counted as proxy code does: a stem of 12 channels, and entry 0 of the example's lists a stage.
  it.each<[string, Chain, ChainOptions, number, number]>([
    [
      "bottlenecks, groups as widths",
      example,
      { stageZero: true, stem: "conv3x3", groups: "width" },
      339_510,
      87_675_520,
    ],
    ["bottlenecks", example, { stageZero: true, stem: "conv3x3" }, 321_510, 86_717_056],
    ["bottlenecks behind 7×7", example, { stageZero: true, stem: "conv7x7-pool", groups: "width" }, 340_950, 5_911_168],
    [
      "bottlenecks behind stride 2",
      example,
      { stageZero: true, stem: "conv3x3-stride-2", groups: "width" },
      339_510,
      21_919_360,
    ],
    ["basic blocks", small("res_basic_block"), { stem: "conv3x3" }, 77_574, 11_997_824],
    ["plain blocks", small("double_plain_block"), { stem: "conv3x3" }, 74_598, 11_539_072],
  ])("%s", (_, chain, options, parameters, macs) => {
    const cost = graphCost(chainNetwork(chain, 10, { ...options, stemChannels: 12 }), 32);
    expect(cost).toMatchObject({ parameters, macs });
  });

  it("spaces have the sizes of §5", () => {
    const size = (name: string) => ndsChainSpace(chainFamily(name), "cifar").size;
    expect(["resnet", "vanilla", "resnext-a", "resnext-b"].map(size)).toEqual([
      1_259_712n,
      1_259_712n,
      11_390_625n,
      52_734_375n,
    ]);
  });

  it.each(chainFamilies.map((one) => [one.name, one] as const))("random %s chains read back", (name, one) => {
    const random = Random.stream(5, name);
    for (const dataset of ["cifar", "imagenet"] as const) {
      const space = ndsChainSpace(one, dataset);
      for (let i = 0; i < 50; i++) {
        const chain = space.random(random);
        expect(space.parse(space.format(chain))).toEqual(chain);
      }
    }
  });

  const record = {
    block_type: "res_bottleneck_block",
    ds: [1, 1],
    ws: [16, 64],
    ss: [1, 1],
    bot_muls: [1, 0.25],
    num_gs: [1, 2],
  };
  it.each([
    ["x", /expected the JSON of a record's "net"/],
    ["null", /expected the JSON of a record's "net", found "null"/],
    [
      JSON.stringify({ ...record, block_type: "res_basic_block" }),
      /"block_type" is res_bottleneck_block, not "res_basic_block"/,
    ],
    [JSON.stringify({ ...record, ds: [1, 0] }), /"ds" must be a list of positive numbers/],
    [JSON.stringify({ ...record, ws: [16] }), /"ws" has 1 entries, "ds" has 2/],
    [JSON.stringify({ ...record, num_gs: [1, 3] }), /stage 1: 3 groups do not divide the 16 channels/],
    [JSON.stringify({ ...record, ss: [2, 1] }), /a stem of stride 2 is not known/],
    [JSON.stringify({ ...record, ss: [1, 3] }), /strides of stages are 1 or 2/],
  ])("%j is refused", (text, message) => {
    expect(() => parseChain("nds-resnext-a", "res_bottleneck_block", text)).toThrow(message);
  });
});

describe.skipIf(!hasSharedData)(`the recorded params and flops of every network ${needsSharedData}`, () => {
  it.each([
    ["DARTS_in", "darts"],
    ["DARTS_fix-w-d_in", "darts"],
    ["DARTS_lr-wd_in", "darts"],
    ["ENAS_in", "enas"],
    ["NASNet_in", "nasnet"],
    ["PNAS_in", "pnas"],
  ])("%s", (file, name) => {
    const space = ndsCellSpace(family(name), "imagenet");
    const wrong = jobs(file).filter(({ net, params, flops }) => {
      const architecture = space.parse(JSON.stringify(net));
      const { parameters } = architectureCost(space, architecture);
      return parameters !== params || recordedCellFlops(family(name), "imagenet", architecture) !== flops;
    });
    expect(wrong).toEqual([]);
  });

  it.each<[string, string, NdsDataset]>([
    ["ResNet_reruns", "resnet", "cifar"],
    ["Vanilla_reruns", "vanilla", "cifar"],
    ["ResNet_lr-wd_in", "resnet", "imagenet"],
    ["Vanilla_lr-wd_in", "vanilla", "imagenet"],
    ["ResNeXt-A_in", "resnext-a", "imagenet"],
  ])("%s", (file, name, dataset) => {
    const space = ndsChainSpace(chainFamily(name), dataset);
    const wrong = jobs(file).filter(({ net, params, flops }) => {
      const chain = space.parse(JSON.stringify(net));
      return architectureCost(space, chain).parameters !== params || recordedChainFlops(chain, dataset) !== flops;
    });
    expect(wrong).toEqual([]);
  });

  it("cells of loose ends concatenate what no node reads", () => {
    const [nasnet, enas] = [family("nasnet"), family("enas")];
    for (const [one, file] of [
      [nasnet, "NASNet_in"],
      [enas, "ENAS_in"],
    ] as const) {
      for (const { net } of jobs(file)) {
        const { cells } = ndsCellSpace(one, "imagenet").parse(JSON.stringify(net));
        for (const template of one.space.cells) {
          const { choices, concat } = cells[template.name] as NonNullable<(typeof cells)[string]>;
          const all = [2, 3, 4, 5, 6];
          expect(concat ?? all).toEqual(looseEnds(template, choices));
        }
      }
    }
  });

  it.each([
    [{ ds: [1, 12, 16, 9_999_999] }, "10000028 blocks are more than the 256 there may be"],
    [{ ws: [16, 64, 64, 25_600_000] }, "25600000 channels are more than the 4096 there may be"],
    [{ block_type: undefined }, 'its "block_type" is res_basic_block, none is given'],
  ])("chains that cannot be built are refused: %j", (changes, message) => {
    const net = { block_type: "res_basic_block", ds: [1, 2, 2, 2], ws: [16, 16, 32, 64], ss: [1, 1, 2, 2] };
    expect(() => parseChain("nds-resnet", "res_basic_block", JSON.stringify({ ...net, ...changes }))).toThrow(message);
  });
});
