/** The drawings of cells: published cells against their pictures, and what holds for every cell. */
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { drawCell } from "../../../src/runs/report/cell-drawing.ts";
import { type Box, layoutCell } from "../../../src/runs/report/cell-layout.ts";
import type { CellGenotype, CellTemplate } from "../../../src/spaces/space.ts";
import { dartsTemplates, dartsV2, nasBench201Example, nasBench201Template } from "./fixtures.ts";

const [normal, reduce] = dartsTemplates as [CellTemplate, CellTemplate];
const parse = (svg: string): Document => new new JSDOM("").window.DOMParser().parseFromString(svg, "image/svg+xml");
const texts = (svg: string, selector: string): string[] =>
  [...parse(svg).querySelectorAll(selector)].map((element) => element.textContent ?? "");

describe("published cells look as they were reviewed", () => {
  test.each([
    ["darts-v2-normal", normal, dartsV2.normal],
    ["darts-v2-reduce", reduce, dartsV2.reduce],
    ["nasbench201-example", nasBench201Template, nasBench201Example.cell],
  ])("%s", async (name, template, genotype) => {
    await expect(drawCell(template, genotype as CellGenotype)).toMatchFileSnapshot(`./__pictures__/${name}.svg`);
  });
});

describe("structure", () => {
  const svg = drawCell(normal, dartsV2.normal as CellGenotype);

  test("is well-formed, accessible SVG that stands alone", () => {
    const root = parse(svg).documentElement;
    expect(root.nodeName).toBe("svg");
    expect(root.getAttribute("role")).toBe("img");
    expect(texts(svg, "svg > title")).toEqual(["Normal cell"]);
    expect(texts(svg, "svg > desc")[0]).toContain("cₖ₋₂ to 0: sep_conv_3x3; cₖ₋₁ to 0: sep_conv_3x3");
    expect(root.querySelector("style")).not.toBeNull();
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });

  test("embedded drawings leave style and ground to the page", () => {
    const embedded = parse(drawCell(normal, dartsV2.normal as CellGenotype, { embedded: true }));
    expect(embedded.querySelector("style, .aw-ground")).toBeNull();
  });

  test("nodes are named as in the DARTS paper, one labelled line for each of the eight edges", () => {
    expect(texts(svg, ".aw-node text")).toEqual(["ck−2", "ck−1", "0", "1", "2", "3", "ck"]);
    expect(texts(svg, ".aw-edge text").sort()).toEqual((dartsV2.normal?.choices ?? []).map((c) => c.operation).sort());
    expect(texts(svg, ".aw-concat")).toHaveLength(4);
  });

  test("NAS-Bench-201 cells run from in over 1 and 2 to out", () => {
    const cell = drawCell(nasBench201Template, nasBench201Example.cell as CellGenotype);
    expect(texts(cell, ".aw-node text")).toEqual(["in", "1", "2", "out"]);
    expect(texts(cell, ".aw-edge text")).toHaveLength(6);
    expect(texts(cell, ".aw-concat")).toHaveLength(0);
  });

  test("a cell's own concat list decides which nodes make the output", () => {
    const loose = { ...(dartsV2.normal as CellGenotype), concat: [4, 5] };
    expect(texts(drawCell(normal, loose), ".aw-concat")).toHaveLength(2);
  });

  test("operation names and titles are escaped", () => {
    const hostile = `<script>&"'`;
    const choices = nasBench201Template.edges.map((edge) => ({ ...edge, operation: hostile }));
    const svg = drawCell(nasBench201Template, { choices }, { title: hostile });
    expect(parse(svg).querySelector("script")).toBeNull();
    expect(texts(svg, "svg > title")).toEqual([hostile]);
    expect(texts(svg, ".aw-edge text")).toEqual(Array(6).fill(hostile));
  });
});

/** Any choice of two inputs, the same one twice included (NASNet), and an operation for each intermediate node. */
const anyCell = (template: CellTemplate): fc.Arbitrary<CellGenotype> => {
  const operations = template.operations[0] as string[];
  const targets = Array.from({ length: template.nodes - template.inputs }, (_, i) => i + template.inputs);
  const choicesInto = targets.map((target) =>
    fc.array(
      fc.record({
        source: fc.nat(target - 1),
        target: fc.constant(target),
        operation: fc.constantFrom(...operations),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  );
  return fc.tuple(...choicesInto).map((choices) => ({ choices: choices.flat() }));
};

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

test.each([normal, nasBench201Template])("nothing covers anything else, in any $name cell", (template) => {
  fc.assert(
    fc.property(anyCell(template), (genotype) => {
      const { nodes, edges, width, height } = layoutCell(template, genotype);
      const labels = edges.flatMap((edge) => (edge.label === undefined ? [] : [edge.label]));
      expect(labels).toHaveLength(genotype.choices.length);
      const boxes: Box[] = [...nodes, ...labels];
      for (const [i, box] of boxes.entries()) {
        expect(box.x - box.width / 2).toBeGreaterThanOrEqual(0);
        expect(box.y - box.height / 2).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width / 2).toBeLessThanOrEqual(width);
        expect(box.y + box.height / 2).toBeLessThanOrEqual(height);
        for (const other of boxes.slice(i + 1)) expect(overlap(box, other)).toBe(false);
      }
      for (const edge of edges) {
        const points = edge.points;
        for (let i = 1; i < points.length; i++) {
          const [from, to] = [points[i - 1], points[i]] as [Box, Box];
          expect(to.x).toBeGreaterThan(from.x - 0.01);
          const stretch = {
            x: (from.x + to.x) / 2,
            y: (from.y + to.y) / 2,
            width: to.x - from.x - 0.01,
            height: Math.abs(to.y - from.y),
          };
          for (const box of boxes) if (box !== edge.label) expect(overlap(stretch, box)).toBe(false);
        }
      }
    }),
    { numRuns: 40 },
  );
});
