import { describe, expect, it } from "vitest";
import { architectureProblem } from "../../src/spaces/architecture.ts";
import { cell } from "../../src/spaces/cells.ts";
import { networkCost, supernetParameters } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { defineSpace } from "../../src/spaces/define.ts";
import { chained } from "../../src/spaces/skeletons/chained.ts";
import type { Space } from "../../src/spaces/space.ts";
import { DARTS_V1, DARTS_V2, pairsText } from "./genotypes.ts";
import { hasSharedData, needsSharedData, sharedJson } from "./shared-data.ts";

interface Published {
  readonly name: string;
  readonly format: "darts" | "nasnet" | "edges";
  readonly normal: [string, number][];
  readonly reduce: [string, number][];
  readonly params_computed: number;
}

const parameters = (text: string, options?: Parameters<typeof networkCost>[2]) =>
  networkCost(darts, darts.parse(text), options).parameters;

describe("the cells (space-darts §1, §2)", () => {
  it("have 14 edges of 8 or 7 operations", () => {
    for (const space of [darts, dartsNoNone]) {
      expect(space.cells.map(({ name }) => name)).toEqual(["normal", "reduce"]);
      for (const template of space.cells) expect(template.edges).toHaveLength(14);
    }
    expect(darts.cells[0]?.operations.flat()).toHaveLength(112);
    expect(darts.cells[0]?.operations[13]).toEqual(
      "none max_pool_3x3 avg_pool_3x3 skip_connect sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5".split(" "),
    );
    expect(dartsNoNone.cells[1]?.operations[0]).toEqual(darts.cells[1]?.operations[0]?.slice(1));
  });

  it("pools are followed by BN in search only", () => {
    const layers = (purpose: "search" | "evaluation") =>
      darts.operations.avg_pool_3x3?.({ stride: 1, purpose }).map(({ kind }) => kind);
    expect(layers("search")).toEqual(["pool", "batch-norm"]);
    expect(layers("evaluation")).toEqual(["pool"]);
  });

  it("a separable convolution takes the stride in its first half", () => {
    const layers = darts.operations.sep_conv_5x5?.({ stride: 2, purpose: "search" }) ?? [];
    expect(layers.map((layer) => layer.kind === "conv" && layer.strided)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("the skeleton (space-darts §3, §4)", () => {
  const skeleton = (size: { channels: number; cells: number }, stem: "cifar" | "imagenet" = "cifar") =>
    darts.skeleton({ ...size, classes: 10, purpose: "search", stem, auxiliary: true });

  it.each([
    [8, [2, 5]],
    [14, [4, 9]],
    [20, [6, 13]],
  ])("reduces at ⌊L/3⌋ and ⌊2L/3⌋: L=%i", (cells, expected) => {
    const { blocks, auxiliary } = skeleton({ channels: 16, cells });
    expect(blocks.flatMap((block, k) => (block.kind === "cell" && block.reduction ? [k] : []))).toEqual(expected);
    expect(auxiliary?.after).toBe(expected[1]);
  });

  it("doubles the channels at reductions: 16-16-32-32-32-64-64-64", () => {
    const { blocks, stem, head } = skeleton(darts.sizes.search);
    expect(stem).toEqual({ kind: "conv3x3", channels: 48 });
    expect(blocks.map(({ channels }) => channels)).toEqual([16, 16, 32, 32, 32, 64, 64, 64]);
    expect(head).toEqual({ normalized: false, channels: 256, classes: 10 });
  });

  it("reads the two blocks before, and reduces the older input after a reduction", () => {
    const inputs = skeleton(darts.sizes.search).blocks.map((block) => (block.kind === "cell" ? block.inputs : []));
    expect(inputs.map((pair) => pair.map(({ from }) => from))).toEqual([
      [-1, -1],
      [-1, 0],
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
    ]);
    expect(inputs.map(([older]) => older?.preprocess === "factorized-reduce")).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(inputs.every(([, newer]) => newer?.preprocess === "relu-conv-bn")).toBe(true);
  });

  it("starts the ImageNet network from two outputs of the stem, the older one reduced", () => {
    const { blocks, stem } = skeleton({ channels: 48, cells: 14 }, "imagenet");
    expect(stem).toEqual({ kind: "imagenet", channels: 48 });
    expect(blocks[0]?.kind === "cell" && blocks[0].inputs).toEqual([
      { from: -2, channels: 48, preprocess: "factorized-reduce" },
      { from: -1, channels: 48, preprocess: "relu-conv-bn" },
    ]);
    expect(blocks[1]?.kind === "cell" && blocks[1].inputs[0]?.from).toBe(-1);
  });
});

describe("parameters (space-darts §12)", () => {
  it.each([
    ["darts", darts],
    ["darts-no-none", dartsNoNone],
  ] as [string, Space][])("of the supernet: %s", (_, space) => {
    expect(supernetParameters(space)).toBe(1_930_618);
    expect(supernetParameters(space, { classes: 100 })).toBe(1_953_748);
  });

  it("of DARTS_V1 and DARTS_V2, trained size", () => {
    expect(parameters(DARTS_V1)).toBe(3_169_414);
    expect(parameters(DARTS_V2)).toBe(3_349_342);
  });

  it("of DARTS_V2 at the size of the search", () => {
    expect(parameters(DARTS_V2, { size: darts.sizes.search })).toBe(246_106);
    expect(parameters(DARTS_V2, { size: darts.sizes.search, classes: 100 })).toBe(269_236);
  });

  it("of the auxiliary head", () => {
    expect(parameters(DARTS_V2, { auxiliary: true }) - parameters(DARTS_V2)).toBe(476_426);
  });

  it("of the auxiliary head at ImageNet size: no BN after its second convolution (space-darts §4.3)", () => {
    const imagenet = { stem: "imagenet", size: { channels: 48, cells: 14 }, classes: 1000 } as const;
    const head = parameters(DARTS_V2, { ...imagenet, auxiliary: true }) - parameters(DARTS_V2, imagenet);
    // The cell at 9 has 4·192 channels: conv 1×1 to 128, BN, conv 2×2 to 768, linear.
    expect(head).toBe(768 * 128 + 2 * 128 + 4 * 128 * 768 + 768 * 1000 + 1000);
  });

  const published = hasSharedData ? (sharedJson("darts-genotypes.json") as { genotypes: Published[] }).genotypes : [];
  const family = published.filter(({ format }) => format === "darts");

  it.skipIf(!hasSharedData)(`of the 44 published cells of the family ${needsSharedData}`, () => {
    expect(family).toHaveLength(44);
    for (const { name, normal, reduce, params_computed: expected } of family) {
      const text = `Genotype(normal=${pairsText(normal)}, normal_concat=range(2, 6), reduce=${pairsText(reduce)}, reduce_concat=range(2, 6))`;
      const architecture = darts.parse(text);
      expect(networkCost(darts, architecture).parameters, name).toBe(expected);
      expect(darts.format(architecture), name).toBe(text);
      // BANANAS was published with a `none`, which no search of this space may return.
      expect(architectureProblem(darts, architecture) === undefined, name).toBe(name !== "BANANAS");
    }
  });

  it.skipIf(!hasSharedData)(
    `of NASNet-A in a space of five blocks: 3.83 M as published with it ${needsSharedData}`,
    () => {
      const { normal, reduce } = published.find(({ name }) => name === "NASNet-A") as Published;
      const shape = { inputs: 2, nodes: 7, operations: Object.keys(dartsNoNone.operations), output: "concat" } as const;
      const cells = [cell("normal", shape), cell("reduce", shape)] as const;
      const space = defineSpace({
        ...dartsNoNone,
        name: "five-blocks",
        cells,
        skeleton: chained({ normal: cells[0], reduction: cells[1] }),
      });
      const text = `Genotype(normal=${pairsText(normal)}, normal_concat=[2, 3, 4, 5, 6], reduce=${pairsText(reduce)}, reduce_concat=[4, 5, 6])`;
      const architecture = space.parse(text);
      expect(architecture.reduce?.concat).toEqual([4, 5, 6]);
      expect((networkCost(space, architecture).parameters / 1e6).toFixed(2)).toBe("3.83");
      expect(() => darts.parse(text)).toThrow(/normal: expected 8 \(operation, source\) pairs, found 10/);
    },
  );
});
