import { describe, expect, it } from "vitest";
import { checkArchitecture } from "../../src/spaces/architecture.ts";
import { supernetParameters } from "../../src/spaces/cost.ts";
import { s1 } from "../../src/spaces/s1.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { s3 } from "../../src/spaces/s3.ts";
import { s4 } from "../../src/spaces/s4.ts";
import { cellCount } from "../../src/spaces/sampling.ts";
import type { CellTemplate, Space } from "../../src/spaces/space.ts";
import { pairsText } from "./genotypes.ts";

const constants: [Space, number, number][] = [
  [s1, 405_146, 428_276],
  [s2, 665_466, 688_596],
  [s3, 665_466, 688_596],
  [s4, 624_506, 647_636],
];

describe.each(constants.map((row) => [row[0].name, ...row] as const))(
  "%s (space-robust-s1-s4 §6)",
  (_, space, ten, hundred) => {
    it("has the parameters that the published search logs print", () => {
      expect(supernetParameters(space)).toBe(ten);
      expect(supernetParameters(space, { classes: 100 })).toBe(hundred);
    });

    it("has 46,080 architectures per cell type", () => {
      for (const template of space.cells) expect(cellCount(space, template)).toBe(46_080n);
    });
  },
);

const pairs = (last: readonly [string, number]) =>
  [
    ["skip_connect", 1],
    ["dil_conv_3x3", 0],
    ["skip_connect", 2],
    ["skip_connect", 0],
    ["skip_connect", 0],
    ["skip_connect", 2],
    ["skip_connect", 2],
    last,
  ] as const;
const reduce = pairsText([
  ["max_pool_3x3", 0],
  ["dil_conv_3x3", 1],
  ["avg_pool_3x3", 0],
  ["skip_connect", 2],
  ["sep_conv_3x3", 1],
  ["skip_connect", 2],
  ["skip_connect", 2],
  ["dil_conv_5x5", 4],
]);
const genotype = (last: readonly [string, number]) =>
  `Genotype(normal=${pairsText(pairs(last))}, normal_concat=range(2, 6), reduce=${reduce}, reduce_concat=range(2, 6))`;

describe("s1", () => {
  it("accepts the normal cell of a published log", () => {
    expect(s1.parse(genotype(["skip_connect", 1])).normal?.choices.at(-1)).toEqual(
      { source: 1, target: 5, operation: "skip_connect" }, // edge 10
    );
  });

  it("refuses, on every edge, what is not in the edge's own row", () => {
    // Edge 10 holds max_pool_3x3 and skip_connect, edge 9 sep_conv_3x3.
    const text = genotype(["sep_conv_3x3", 1]);
    const position = text.lastIndexOf("'sep_conv_3x3', 1", text.indexOf("normal_concat")) + 1;
    expect(() => s1.parse(text)).toThrow(
      `"sep_conv_3x3" is not an operation of edge 5<-1 (max_pool_3x3, skip_connect) (character ${position})`,
    );
    expect(() => s1.parse(genotype(["sep_conv_3x3", 0]))).not.toThrow();
    expect(() => s1.parse(genotype(["noise", 0]))).toThrow(/not an operation of edge 5<-0/);
  });

  it("has 14 parametric candidates in the normal cell", () => {
    const rows = (s1.cells[0] as CellTemplate).operations.flat();
    expect(rows.filter((name) => name.includes("conv"))).toHaveLength(14);
  });
});

describe("what may be chosen", () => {
  const all = (operation: string) => {
    const text = pairsText([0, 1, 0, 1, 0, 1, 0, 1].map((source) => [operation, source] as const));
    return `Genotype(normal=${text}, normal_concat=range(2, 6), reduce=${text}, reduce_concat=range(2, 6))`;
  };

  it("noise is legal in s4", () => {
    expect(s4.parse(all("noise")).normal?.choices).toHaveLength(8);
  });

  it("none is a candidate of s3, but in no architecture that a search may return", () => {
    expect(s3.cells[0]?.operations[0]).toEqual(["none", "skip_connect", "sep_conv_3x3"]);
    expect(() => checkArchitecture(s3, s3.parse(all("none")))).toThrow(
      /"none" is not allowed in an architecture \(edge 2<-0\)/,
    );
    expect(() => s2.parse(all("none"))).toThrow(/"none" is not an operation of edge 2<-0/);
  });
});
