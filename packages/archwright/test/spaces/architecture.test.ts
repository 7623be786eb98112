import { describe, expect, it } from "vitest";
import {
  architectureProblem,
  canonicalArchitecture,
  checkArchitecture,
  fromOperationIndices,
  operationIndices,
} from "../../src/spaces/architecture.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { enumerateArchitectures } from "../../src/spaces/sampling.ts";
import type { Architecture, CellGenotype, CellTemplate } from "../../src/spaces/space.ts";
import { DARTS_V1, DARTS_V2 } from "./genotypes.ts";

const template = nasbench201.cells[0] as CellTemplate;

describe("operation indices", () => {
  it("stand for every NAS-Bench-201 cell", () => {
    for (const architecture of enumerateArchitectures(nasbench201)) {
      const decided = architecture.cell as CellGenotype;
      const back = fromOperationIndices(template, operationIndices(template, decided));
      if (JSON.stringify(back) !== JSON.stringify(decided)) expect.fail(nasbench201.format(architecture));
    }
  });

  it("are -1 on edges that a DARTS cell drops", () => {
    const normal = darts.parse(DARTS_V2).normal as CellGenotype;
    // Columns of α: 3 skip_connect, 4 sep_conv_3x3, 6 dil_conv_3x3 (space-darts §2).
    const expected = [4, 4, 4, 4, -1, 3, 4, -1, -1, 3, -1, 6, -1, -1];
    expect(operationIndices(darts.cells[0] as CellTemplate, normal)).toEqual(expected);
  });

  it("do not exist for two operations on one edge", () => {
    const text = DARTS_V2.replace(
      "('sep_conv_3x3', 0), ('sep_conv_3x3', 1)",
      "('sep_conv_3x3', 0), ('skip_connect', 0)",
    );
    const normal = darts.parse(text).normal as CellGenotype;
    expect(() => operationIndices(darts.cells[0] as CellTemplate, normal)).toThrow(
      /edge 2<-0 holds sep_conv_3x3 and skip_connect/,
    );
  });
});

describe("canonicalArchitecture", () => {
  it("does not depend on the order of a node's inputs", () => {
    const swapped = DARTS_V1.replace(
      "[('sep_conv_3x3', 1), ('sep_conv_3x3', 0)",
      "[('sep_conv_3x3', 0), ('sep_conv_3x3', 1)",
    );
    const [a, b] = [darts.parse(DARTS_V1), darts.parse(swapped)];
    expect(a).not.toEqual(b);
    expect(canonicalArchitecture(darts, a)).toEqual(canonicalArchitecture(darts, b));
    expect(canonicalArchitecture(darts, a)).not.toEqual(canonicalArchitecture(darts, darts.parse(DARTS_V2)));
  });
});

describe("checkArchitecture", () => {
  const valid = darts.parse(DARTS_V2);
  const normal = valid.normal as CellGenotype;
  const change = (choices: CellGenotype["choices"], concat?: number[]): Architecture => ({
    ...valid,
    normal: concat === undefined ? { choices } : { choices, concat },
  });
  const cases: [string, Architecture, RegExp][] = [
    ["a missing cell", { normal }, /reduce: the cell is missing/],
    ["another cell", { ...valid, other: normal }, /other: no such cell/],
    ["an inherited name", { ...valid, toString: normal }, /toString: no such cell/],
    [
      "an edge that is not there",
      change([{ source: 4, target: 4, operation: "skip_connect" }]),
      /no edge from node 4 to node 4/,
    ],
    ["too few inputs", change(normal.choices.slice(0, 7)), /node 5 has 1 inputs instead of 2/],
    ["an empty concatenation", change(normal.choices, []), /empty/],
    ["an input in the concatenation", change(normal.choices, [1, 2]), /node 1/],
    ["a node twice", change(normal.choices, [2, 2]), /node 2/],
  ];
  it.each(cases)("refuses %s", (_, architecture, message) => {
    expect(() => checkArchitecture(darts, architecture)).toThrow(message);
  });

  it("accepts a hand-made cell with an operation that no edge searches over", () => {
    const [first, ...rest] = normal.choices;
    const wide = change([{ ...(first as CellGenotype["choices"][0]), operation: "sep_conv_7x7" }, ...rest]);
    expect(architectureProblem(darts, wide)).toBeUndefined();
  });
});
