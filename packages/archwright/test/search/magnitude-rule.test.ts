/** The magnitude rule on weights written by hand: ties, excluded operations, edges (space-darts §9, darts §8.4). */
import { describe, expect, it } from "vitest";
import type { Mixture } from "../../src/networks/mixture.ts";
import { allowedOperations, strongest } from "../../src/search/magnitude-rule.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { CellTemplate } from "../../src/spaces/space.ts";

const [normal, reduce] = darts.cells as readonly [CellTemplate, CellTemplate];
const column = (cell: CellTemplate, name: string): number => cell.operations[0]?.indexOf(name) as number;

/** Rows of small equal weights, but for those named: edge number → operation → weight. */
function rowsOf(cell: CellTemplate, named: Readonly<Record<number, Readonly<Record<string, number>>>>): number[][] {
  return cell.operations.map((operations, e) => operations.map((name) => named[e]?.[name] ?? 0.01));
}

const edge = (cell: CellTemplate, source: number, target: number): number =>
  cell.edges.findIndex((own) => own.source === source && own.target === target);

const chosen = (values: number[][], name = "normal") => {
  const flat = rowsOf(normal, {});
  const mixture: Mixture = {
    normal: { values: name === "normal" ? values : flat },
    reduce: { values: name === "reduce" ? values : flat },
  };
  return strongest(darts, mixture);
};

describe("in the DARTS space", () => {
  it("keeps two edges into every node, those of the strongest operation; ties go to the lower source", () => {
    const values = rowsOf(normal, {
      [edge(normal, 0, 3)]: { sep_conv_3x3: 0.4 },
      [edge(normal, 1, 3)]: { skip_connect: 0.4 },
      [edge(normal, 2, 3)]: { max_pool_3x3: 0.35 },
    });
    const { architecture } = chosen(values);
    expect(architecture.normal?.choices.filter(({ target }) => target === 3)).toEqual([
      { source: 0, target: 3, operation: "sep_conv_3x3" },
      { source: 1, target: 3, operation: "skip_connect" },
    ]);
    // All other rows are tied: the first two edges, the first operation that is allowed.
    const first = normal.operations[0]?.find((name) => !darts.excluded.includes(name));
    for (const target of [2, 4, 5]) {
      const own = architecture.normal?.choices.filter((choice) => choice.target === target);
      expect(own).toEqual([0, 1].map((source) => ({ source, target, operation: first })));
    }
    expect(architecture.reduce?.choices).toHaveLength(8);
  });

  it("says where weights are equal, and that nothing else told them apart", () => {
    const values = rowsOf(normal, { 0: { skip_connect: 0.9 } });
    const { events } = chosen(values);
    const [first, second] = events.filter((event) => event.type === "operation-decision");
    expect(first).not.toHaveProperty("tie");
    expect(second?.tie).toEqual({ candidates: 7, brokenBy: "order" });
    const [node] = events.filter((event) => event.type === "topology-decision");
    expect(node).toMatchObject({ node: 3, tie: { candidates: 3, brokenBy: "order" } });
  });

  it("prefers the stronger edge whatever its source", () => {
    const values = rowsOf(normal, {
      [edge(normal, 4, 5)]: { dil_conv_5x5: 0.3 },
      [edge(normal, 2, 5)]: { avg_pool_3x3: 0.2 },
    });
    const own = chosen(values).architecture.normal?.choices.filter(({ target }) => target === 5);
    expect(own?.map(({ source }) => source)).toEqual([2, 4]);
  });

  it("never takes none, and does not renormalize without it: a row that is mostly none is a weak edge", () => {
    // Renormalized, the first row would be the strongest of the three.
    const values = rowsOf(normal, {
      [edge(normal, 0, 3)]: { none: 0.93, sep_conv_5x5: 0.05, skip_connect: 0.005 },
      [edge(normal, 1, 3)]: { sep_conv_3x3: 0.2, skip_connect: 0.19 },
      [edge(normal, 2, 3)]: { sep_conv_3x3: 0.2, skip_connect: 0.19 },
    });
    const own = chosen(values).architecture.normal?.choices.filter(({ target }) => target === 3);
    expect(own?.map(({ source, operation }) => `${source} ${operation}`)).toEqual(["1 sep_conv_3x3", "2 sep_conv_3x3"]);
    expect(allowedOperations(darts, normal, 0)).not.toContain(column(normal, "none"));
  });

  it("reports every decision in order, with the weights as scores", () => {
    const values = rowsOf(normal, { 0: { skip_connect: 0.9 } });
    const { events } = chosen(values);
    expect(events.map(({ step }) => step)).toEqual(events.map((_, i) => i));
    const operations = events.filter((event) => event.type === "operation-decision");
    expect(operations).toHaveLength(normal.edges.length + reduce.edges.length);
    expect(operations[0]).toMatchObject({
      cell: "normal",
      edge: 0,
      operation: "skip_connect",
      scores: [values[0]],
      best: "max",
    });
    // Node 2 has two edges and keeps both without a decision.
    const topology = events.filter((event) => event.type === "topology-decision");
    expect(topology.map(({ cell, node }) => `${cell} ${node}`)).toEqual([
      "normal 3",
      "normal 4",
      "normal 5",
      "reduce 3",
      "reduce 4",
      "reduce 5",
    ]);
    for (const { kept, edges } of topology) {
      expect(kept).toHaveLength(2);
      for (const e of kept) expect(edges).toContain(e);
    }
  });
});

it("in NAS-Bench-201 takes the largest weight on every edge, none included", () => {
  const [cell] = nasbench201.cells as readonly [CellTemplate];
  const names = cell.operations[0] as readonly string[];
  const values = cell.edges.map((_, e) => names.map((_, o) => (o === e % names.length ? 0.6 : 0.1)));
  const { architecture, events } = strongest(nasbench201, { cell: { values } });
  expect(architecture.cell?.choices.map(({ operation }) => operation)).toEqual(
    cell.edges.map((_, e) => names[e % names.length]),
  );
  expect(events.map(({ type }) => type)).toEqual(cell.edges.map(() => "operation-decision"));
});

it("equal weights in NAS-Bench-201 do not give none, which is the first in the list", () => {
  const even = nasbench201.cells[0]?.operations.map((row) => row.map(() => 1 / row.length)) ?? [];
  const { architecture, events } = strongest(nasbench201, { cell: { values: even } });
  expect(new Set(architecture.cell?.choices.map(({ operation }) => operation))).toEqual(new Set(["skip_connect"]));
  for (const { tie } of events) expect(tie).toEqual({ candidates: 5, brokenBy: "order" });
});
