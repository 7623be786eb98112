import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import type { SpaceRules } from "../../src/spaces/architecture.ts";
import { cell } from "../../src/spaces/cells.ts";
import { darts } from "../../src/spaces/darts.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { cellCount, enumerateArchitectures, randomArchitecture, spaceSize } from "../../src/spaces/sampling.ts";
import type { CellTemplate } from "../../src/spaces/space.ts";

/** Three nodes, in-degree 1, and an operation that only one edge may not use: 1·2 + 1·1 = 3 cells. */
const uneven: SpaceRules = {
  name: "uneven",
  cells: [
    cell("cell", {
      nodes: 3,
      edges: [
        { source: 0, target: 1 },
        { source: 0, target: 2 },
        { source: 1, target: 2 },
      ],
      operations: [
        ["a", "x"],
        ["a", "b"],
        ["a", "x"],
      ],
    }),
  ],
  operations: {},
  inDegree: 1,
  excluded: ["x"],
};

describe("the size of a space", () => {
  it("is 15,625 for NAS-Bench-201", () => {
    expect(spaceSize(nasbench201)).toBe(15_625n);
  });

  it("is 1,037,664,180 per cell type for DARTS (space-darts §11)", () => {
    for (const space of [darts, dartsNoNone]) {
      for (const template of space.cells) expect(cellCount(space, template)).toBe(1_037_664_180n);
      expect(spaceSize(space)).toBe(1_037_664_180n ** 2n);
    }
  });

  it("counts what the enumeration lists", () => {
    expect(spaceSize(uneven)).toBe(3n);
    expect([...enumerateArchitectures(uneven)]).toHaveLength(3);
  });
});

describe("enumerateArchitectures", () => {
  it("lists all 15,625 cells of NAS-Bench-201 as nested products, and each reads back", () => {
    const texts = Array.from(enumerateArchitectures(nasbench201), (architecture) => {
      const text = nasbench201.format(architecture);
      if (nasbench201.format(nasbench201.parse(text)) !== text) expect.fail(text);
      return text;
    });
    expect(new Set(texts).size).toBe(15_625);
    expect(texts[0]).toBe("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    expect(texts[1]).toBe("|none~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|");
    expect(texts[5 ** 5]).toBe("|skip_connect~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  });
});

describe("randomArchitecture", () => {
  it("is determined by the stream", () => {
    const draw = () => randomArchitecture(darts, Random.stream(3, "arch"));
    expect(draw()).toEqual(draw());
  });

  it("keeps two distinct edges for each node, and no none", () => {
    const random = Random.stream(5, "arch");
    for (let i = 0; i < 500; i++) {
      for (const { choices } of Object.values(randomArchitecture(darts, random))) {
        for (const node of [2, 3, 4, 5]) {
          const sources = choices.filter(({ target }) => target === node).map(({ source }) => source);
          expect(new Set(sources).size).toBe(2);
        }
        expect(choices.some(({ operation }) => operation === "none")).toBe(false);
      }
    }
  });

  it("is uniform over edge sets and operations, within five standard deviations", () => {
    const random = Random.stream(11, "uniform");
    const draws = 20_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const node = randomArchitecture(dartsNoNone, random).normal?.choices.filter(({ target }) => target === 4);
      const key = node?.map(({ source, operation }) => `${operation}~${source}`).join("|") ?? "";
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const expected = draws / (6 * 49);
    expect(counts.size).toBe(6 * 49);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it("weighs edge sets by the operations they allow", () => {
    const random = Random.stream(2, "uneven");
    const draws = 6000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const key = JSON.stringify(randomArchitecture(uneven, random));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(3);
    for (const count of counts.values()) expect(Math.abs(count - draws / 3)).toBeLessThan(5 * Math.sqrt(draws / 3));
  });

  it("puts every operation on an edge of NAS-Bench-201", () => {
    const random = Random.stream(4, "edge");
    const template = nasbench201.cells[0] as CellTemplate;
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) seen.add(randomArchitecture(nasbench201, random).cell?.choices[0]?.operation ?? "");
    expect([...seen].sort()).toEqual([...(template.operations[0] as readonly string[])].sort());
  });
});
