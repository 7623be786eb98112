import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../src/errors.ts";
import { cell, completeDag } from "../../src/spaces/cells.ts";
import { defineSpace, type SpaceDescription } from "../../src/spaces/define.ts";
import { batchNorm, conv, identity, relu } from "../../src/spaces/layers.ts";
import { dartsOperations, nasbench201Operations, skipConnect } from "../../src/spaces/operations.ts";
import { chained } from "../../src/spaces/skeletons/chained.ts";
import { staged } from "../../src/spaces/skeletons/staged.ts";
import type { CellTemplate } from "../../src/spaces/space.ts";

const small = { search: { channels: 4, cells: 1 }, evaluation: { channels: 8, cells: 2 } };

function single(template: CellTemplate, changes: Partial<SpaceDescription> = {}): SpaceDescription {
  return {
    name: "own",
    title: "a space",
    source: "a test",
    cells: [template],
    operations: nasbench201Operations,
    sizes: small,
    skeleton: staged(template),
    ...changes,
  };
}

function twoCells(changes: Partial<SpaceDescription> = {}): SpaceDescription {
  const shape = { inputs: 2, nodes: 4, output: "concat" } as const;
  const normal = cell("normal", { ...shape, operations: ["skip_connect", "sep_conv_3x3"] });
  const reduce = cell("reduce", { ...shape, operations: ["max_pool_3x3", "sep_conv_3x3"] });
  return {
    ...single(normal),
    cells: [normal, reduce],
    operations: dartsOperations,
    inDegree: 2,
    sizes: { search: { channels: 4, cells: 3 }, evaluation: { channels: 8, cells: 6 } },
    skeleton: chained({ normal, reduction: reduce }),
    ...changes,
  };
}

const operations = ["none", "skip_connect", "nor_conv_1x1"];
const template = cell("cell", { nodes: 3, operations });

describe("completeDag", () => {
  it("lists edges node by node, sources ascending", () => {
    expect(completeDag(1, 4).map(({ source, target }) => `${target}<-${source}`)).toEqual(
      ["1<-0", "2<-0", "2<-1", "3<-0", "3<-1", "3<-2"], // space-nasbench201 §1
    );
    expect(completeDag(2, 6).map(({ target }) => target)).toEqual([2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5]);
    expect(completeDag(2, 6).map(({ source }) => source)).toEqual([0, 1, 0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 4]);
  });
});

describe("defineSpace", () => {
  it("gives a space of one cell the text form of NAS-Bench-201", () => {
    const space = defineSpace(single(template));
    expect(space.inDegree).toBe("all");
    expect(space.excluded).toEqual([]);
    const text = "|skip_connect~0|+|none~0|nor_conv_1x1~1|";
    expect(space.format(space.parse(text))).toBe(text);
  });

  it("gives a space of two cells with a fixed in-degree the text form of DARTS", () => {
    const space = defineSpace(twoCells());
    const text =
      "Genotype(normal=[('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 2), ('skip_connect', 0)], normal_concat=range(2, 4), " +
      "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('sep_conv_3x3', 0), ('max_pool_3x3', 2)], reduce_concat=range(2, 4))";
    expect(space.format(space.parse(text))).toBe(text);
  });

  it("gives a space of several cells where every edge stays a form of its own", () => {
    const { inDegree: _, ...description } = twoCells();
    const space = defineSpace(description);
    const text =
      "normal:|skip_connect~0|sep_conv_3x3~1|+|skip_connect~0|skip_connect~1|skip_connect~2|;" +
      "reduce:|max_pool_3x3~0|sep_conv_3x3~1|+|max_pool_3x3~0|max_pool_3x3~1|max_pool_3x3~2|";
    expect(space.format(space.parse(text))).toBe(text);
    expect(() => space.parse(text.replace("reduce:", "other:"))).toThrow(/expected "reduce:"/);
    expect(() => space.parse(text.replace("reduce:|max_pool_3x3~0|", "reduce:|"))).toThrow(
      /reduce: 1 of 5 edges are missing: 2<-0/,
    );
  });

  const edges = completeDag(1, 3);
  const wrong: [string, SpaceDescription, RegExp][] = [
    ["a name with spaces", single(template, { name: "My space" }), /lower-case/],
    ["no cells", single(template, { cells: [] }), /no cells/],
    ["two cells of one name", single(template, { cells: [template, template] }), /two cells are called "cell"/],
    [
      "an operation that is not in the table",
      single(cell("cell", { nodes: 3, operations: ["skp"] })),
      /"skp" is not in the table/,
    ],
    ["an operation listed twice", single(cell("cell", { nodes: 3, operations: ["none", "none"] })), /twice/],
    [
      "an unspeakable operation",
      single(template, { operations: { ...nasbench201Operations, "a~b": skipConnect } }),
      /cannot name/,
    ],
    ["an unknown excluded operation", single(template, { excluded: ["nothing"] }), /"nothing" is not in the table/],
    [
      "an edge with nothing left",
      single(template, { excluded: operations }),
      /edge 0 has no operation that is allowed/,
    ],
    [
      "lists of unequal length",
      single(cell("cell", { nodes: 3, operations: [["none"], operations, operations] })),
      /edge 1 has 3/,
    ],
    ["too few lists", single(cell("cell", { nodes: 3, operations: [operations] })), /3 edges but 1 lists/],
    [
      "edges out of order",
      single(cell("cell", { nodes: 3, edges: edges.toReversed(), operations })),
      /edge 1 .* out of order/,
    ],
    [
      "an edge given twice",
      single(cell("cell", { nodes: 3, edges: [...edges, { source: 1, target: 2 }], operations })),
      /out of order/,
    ],
    [
      "a backward edge",
      single(cell("cell", { nodes: 3, edges: [{ source: 2, target: 1 }], operations })),
      /lower node to a higher/,
    ],
    [
      "an edge into an input",
      single(cell("cell", { inputs: 2, nodes: 3, edges: [{ source: 0, target: 1 }], operations })),
      /must end in a node from 2 to 2/,
    ],
    [
      "a node without inputs",
      single(cell("cell", { nodes: 3, edges: [{ source: 0, target: 2 }], operations })),
      /no edge leads to node 1/,
    ],
    ["an in-degree of zero", twoCells({ inDegree: 0 }), /in-degree/],
    ["an in-degree of one and a half", twoCells({ inDegree: 1.5 }), /in-degree/],
    ["a size of zero", single(template, { sizes: { ...small, search: { channels: 0, cells: 1 } } }), /search size/],
    [
      "a skeleton for other inputs",
      single(cell("cell", { inputs: 2, nodes: 4, operations })),
      /has 2 inputs, the skeleton gives it 1/,
    ],
    [
      "a skeleton of another cell",
      single(template, { skeleton: staged(cell("other", { nodes: 3, operations })) }),
      /no cell "other"/,
    ],
    [
      "a concatenated output in stages",
      single(cell("cell", { nodes: 3, operations, output: "concat" })),
      /expects 4 channels from block 0, which has 8/,
    ],
    [
      "an even kernel",
      single(template, { operations: { ...nasbench201Operations, nor_conv_1x1: () => [conv(2)] } }),
      /kernel 2; kernels must be odd/,
    ],
    [
      "no stride where one is due",
      twoCells({ operations: { ...dartsOperations, max_pool_3x3: () => [identity()] } }),
      /"max_pool_3x3" at stride 2 has 0 layers/,
    ],
    [
      "the stride twice",
      twoCells({
        operations: {
          ...dartsOperations,
          max_pool_3x3: () => [relu(), conv(1, { strided: true }), batchNorm(), conv(3, { strided: true })],
        },
      }),
      /at stride 2 has 2 layers/,
    ],
    [
      "an operation without layers",
      single(template, { operations: { ...nasbench201Operations, none: () => [] } }),
      /has no layers/,
    ],
  ];
  it.each(wrong)("refuses %s", (_, description, message) => {
    expect(() => defineSpace(description)).toThrow(message);
    try {
      defineSpace(description);
    } catch (error) {
      expect(error).toBeInstanceOf(ArchwrightError);
      expect((error as ArchwrightError).code).toBe("usage");
      expect((error as ArchwrightError).message).not.toContain("\n");
    }
  });
});
