/** Architectures written as digits: chains with identities, and the micro cells of TransNAS-Bench-101. */
import { describe, expect, it } from "vitest";
import type { ArchitectureSpace } from "../../../src/spaces/architecture-space.ts";
import { nasbenchMacro } from "../../../src/spaces/nasbench-macro.ts";
import { transnasbench101Micro } from "../../../src/spaces/transnasbench101.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "../shared-data.ts";
import { isomorphic, labelledGraph } from "./labelled-graphs.ts";

type Digits = readonly number[];

const everyOne = (space: ArchitectureSpace<Digits>): Digits[] => [...(space.enumerate?.() ?? [])];
const classesOf = (space: ArchitectureSpace<Digits>): Digits[][] => [
  ...Map.groupBy(everyOne(space), (digits) => space.format(space.canonical?.(digits) ?? [])).values(),
];

describe("NAS-Bench-Macro (space-mobilenet-like §B5)", () => {
  /** A stage is its first layer, which halves the resolution even where it is an identity, and the blocks after it. */
  const network = (digits: Digits): string =>
    [digits.slice(0, 2), digits.slice(2, 5), digits.slice(5)]
      .map(([first, ...rest]) => `${first}:${rest.filter((digit) => digit > 0).join("")}`)
      .join(" ");

  it("has 3,969 networks, as published: the same first layers and blocks in every stage", () => {
    const classes = classesOf(nasbenchMacro);
    expect(classes.length).toBe(3_969);
    for (const members of classes) expect(new Set(members.map(network)).size).toBe(1);
    expect(new Set(everyOne(nasbenchMacro).map(network)).size).toBe(3_969);
  });

  it.skipIf(!hasSharedData)(`was measured once for each of them ${needsSharedData}`, () => {
    const seeds = new Map(sharedCsv("nasbench-macro.csv.gz").map((row) => [row.arch, row.test_acc_seeds]));
    for (const members of classesOf(nasbenchMacro)) {
      expect(new Set(members.map((digits) => seeds.get(digits.join("")))).size).toBe(1);
    }
  });
});

describe("TransNAS-Bench-101 micro cells (space-transnasbench101 §1.2)", () => {
  const ends = [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 3],
    [1, 3],
    [2, 3],
  ] as const;
  const graphOf = (cell: Digits) =>
    labelledGraph(
      ["input", "sum", "sum", "output"],
      ends.flatMap(([u, v], i) => (cell[i] === 0 ? [] : [[u, v, String(cell[i])] as const])),
    );

  // Nodes 1 and 2 change places where no edge joins them: of those 4^5 cells 4^3 are their own mirror image.
  it("are 3·4^5 + (4^5 + 4^3)/2 graphs", () => {
    const classes = classesOf(transnasbench101Micro);
    expect(classes.length).toBe(3_616);
    for (const members of classes) {
      const [first, ...others] = members.map(graphOf);
      for (const other of others) expect(isomorphic(first as ReturnType<typeof graphOf>, other)).toBe(true);
    }
    const firsts = classes.map(([first = []]) => ({ first, graph: graphOf(first) }));
    const alike = Map.groupBy(firsts, ({ first }) => first.toSorted().join(""));
    for (const group of alike.values()) {
      for (const [i, { graph }] of group.entries()) {
        expect(group.slice(0, i).some((other) => isomorphic(other.graph, graph))).toBe(false);
      }
    }
  });
});
