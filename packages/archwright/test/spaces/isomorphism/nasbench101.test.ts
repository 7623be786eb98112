/** NAS-Bench-101 cells have one canonical text if they are isomorphic, channels included; the official hash looks at less. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/random.ts";
import { architectureCost } from "../../../src/spaces/architecture-space.ts";
import { type Nasbench101Cell, validCell } from "../../../src/spaces/nasbench101/cell.ts";
import { labelledCells } from "../../../src/spaces/nasbench101/enumerate.ts";
import { moduleHash } from "../../../src/spaces/nasbench101/hash.ts";
import { vertexChannels } from "../../../src/spaces/nasbench101/network.ts";
import { nasbench101 } from "../../../src/spaces/nasbench101.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "../shared-data.ts";
import { isomorphic, labelledGraph, orders } from "./labelled-graphs.ts";

const canonicalText = (cell: Nasbench101Cell): string =>
  nasbench101.format(nasbench101.canonical?.(cell) as Nasbench101Cell);

/** With the channels of each vertex in the three stacks. */
function graphOf(cell: Nasbench101Cell) {
  const { matrix, operations } = cell;
  const widths = [128, 256, 512].map((channels) => vertexChannels(cell, channels, channels));
  return labelledGraph(
    ["input", ...operations, "output"].map((label, v) => `${label} ${widths.map((channels) => channels[v])}`),
    matrix.flatMap((row, u) => row.flatMap((edge, v) => (edge === 1 ? [[u, v, "1"] as const] : []))),
  );
}

/** With its interior vertices in other orders, as long as the matrix stays upper triangular; itself among them. */
function copies({ matrix, operations }: Nasbench101Cell): Nasbench101Cell[] {
  const last = matrix.length - 1;
  return orders(operations.map((_, i) => i + 1)).flatMap((order) => {
    const old = [0, ...order, last];
    const moved = old.map((u) => old.map((v) => matrix[u]?.[v] as number));
    if (moved.some((row, u) => row.slice(0, u).includes(1))) return [];
    return [{ matrix: moved, operations: order.map((v) => operations[v - 1] as (typeof operations)[number]) }];
  });
}

const feeders = ({ matrix }: Nasbench101Cell): number => matrix.slice(1).filter((row) => row.at(-1) === 1).length;

describe("cells of up to five vertices", () => {
  const cells = [2, 3, 4, 5].flatMap((vertices) => [...labelledCells(vertices)]);
  // What one or two vertices share always divides.
  const [uneven, even] = [cells.filter((cell) => feeders(cell) === 3), cells.filter((cell) => feeders(cell) < 3)];

  it("are one network for each fingerprint where the channels divide evenly", () => {
    expect(cells.length).toBe(3_364);
    const fingerprints = [...Map.groupBy(even, canonicalText).values()].map((cells) => new Set(cells.map(moduleHash)));
    for (const found of fingerprints) expect(found.size).toBe(1);
    const networks = new Set(even.map(canonicalText)).size;
    expect(networks).toBe(new Set(even.map(moduleHash)).size);
    // Together with the others, the number of fingerprints that was published.
    expect(networks + new Set(uneven.map(moduleHash)).size).toBe(2_532);
  });

  // 43, 43 and 42 of 128 channels, 86, 85 and 85 of 256: no two vertices have the same in all stacks.
  it("are each a network of its own where three vertices share them", () => {
    expect(uneven.length).toBeGreaterThan(0);
    for (const cell of uneven) expect(canonicalText(cell)).toBe(nasbench101.format(cell));
  });
});

it("random cells and copies of them: equal texts for the same network, and for no others", () => {
  const random = Random.stream(3, "canonical/nasbench101");
  let [same, renumbered, different] = [0, 0, 0];
  for (let i = 0; i < 150; i++) {
    const cell = nasbench101.random(random);
    const copy = random.pick(copies(cell));
    const { matrix, operations } = copy;
    if (operations.length === 0) continue;
    const place = random.integer(operations.length);
    const other = validCell({ matrix, operations: operations.with(place, random.pick(operations)) });
    for (const one of [copy, other]) {
      const isSame = isomorphic(graphOf(cell), graphOf(one));
      if (isSame) same++;
      else if (one === copy) renumbered++;
      else different++;
      expect(canonicalText(one) === canonicalText(cell)).toBe(isSame);
    }
  }
  expect(Math.min(same, renumbered, different)).toBeGreaterThan(5);
});

describe.skipIf(!hasSharedData)(`published cells ${needsSharedData}`, () => {
  const parsed = ({ adjacency, ops }: Record<string, string>) => nasbench101.parse(`${adjacency} ${ops}`);

  it("with different official hashes have different texts", () => {
    const rows = sharedCsv("nasbench101-sample.csv.gz").filter((_, i) => i % 20 === 0);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length);
    expect(new Set(rows.map((row) => canonicalText(parsed(row)))).size).toBe(rows.length);
  });

  it("cost in their canonical form what was published", () => {
    const rows = sharedCsv("nasbench101-sample.csv.gz").filter((_, i) => i % 20 === 10);
    for (const row of rows) {
      const canonical = nasbench101.canonical?.(parsed(row)) as Nasbench101Cell;
      expect(architectureCost(nasbench101, canonical).parameters).toBe(Number(row.params));
      expect(moduleHash(canonical)).toBe(row.hash);
    }
  });

  it("from two sources, with one official hash but other matrices, have one text if their channels agree", () => {
    const sample = new Map(sharedCsv("nasbench101-sample.csv.gz").map((row) => [row.hash, row]));
    let moved = 0;
    for (const row of sharedCsv("zc-scores-nasbench101.csv.gz")) {
      const known = sample.get(row.hash);
      if (known === undefined) continue;
      const [a, b] = [parsed(row), parsed(known)];
      const same = isomorphic(graphOf(a), graphOf(b));
      if (known.adjacency !== row.adjacency && same) moved++;
      expect(canonicalText(a) === canonicalText(b)).toBe(same);
    }
    expect(moved).toBeGreaterThan(0);
  });
});
