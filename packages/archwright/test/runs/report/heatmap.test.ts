/** Heat maps: how scores become colours, and the structure of the drawing. */
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { drawHeatMap, type HeatMap, heatCells, strengths } from "../../../src/runs/report/heatmap.ts";

describe("strengths", () => {
  test("are linear between the worst and the best score of the comparison", () => {
    expect(strengths([10, 20, 15], "max")).toEqual([0, 1, 0.5]);
    expect(strengths([10, 20, 15], "min")).toEqual([1, 0, 0.5]);
  });

  test("equal scores are in the middle", () => {
    expect(strengths([7, 7], "min")).toEqual([0.5, 0.5]);
  });

  test("NaN has none, infinities count as the end they lie beyond", () => {
    expect(strengths([1, "NaN", 3, "Infinity", "-Infinity"], "max")).toEqual([0, undefined, 1, 1, 0]);
    expect(strengths(["-Infinity", "Infinity", "NaN"], "min")).toEqual([1, 0, undefined]);
  });

  test("the best finite score has strength 1 and the order is kept", () => {
    const scores = fc.uniqueArray(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(scores, (values) => {
        const result = strengths(values, "min") as number[];
        expect(result[values.indexOf(Math.min(...values))]).toBe(1);
        expect(result[values.indexOf(Math.max(...values))]).toBe(0);
      }),
    );
  });
});

describe("drawing", () => {
  const map: HeatMap = {
    title: "a <map>",
    rowHeading: "edge",
    noteHeading: "step",
    columns: ["none", "sep_conv_3x3", "<b>"],
    rows: [
      { label: "cₖ₋₂ → 0", note: "2", cells: heatCells([1.5, 3.5, "NaN"], "min", (i) => i === 0) },
      { label: "0 → 1", note: "1", faded: true, cells: [undefined, ...heatCells([2, 4], "min", (i) => i === 0)] },
    ],
    numbers: false,
  };
  const { document } = new JSDOM(`<!doctype html>${drawHeatMap(map).text}`).window;
  const all = (selector: string): string[] => [...document.querySelectorAll(selector)].map((e) => e.textContent ?? "");

  test("every scored cell has a tooltip with its score, the chosen ones a frame", () => {
    expect(all("g > title")).toEqual([
      "cₖ₋₂ → 0, none: 1.50000 (chosen)",
      "cₖ₋₂ → 0, sep_conv_3x3: 3.50000",
      "cₖ₋₂ → 0, <b>: NaN",
      "0 → 1, sep_conv_3x3: 2.00000 (chosen)",
      "0 → 1, <b>: 4.00000",
    ]);
    expect(document.querySelectorAll(".aw-f")).toHaveLength(2);
  });

  test("the best is opaque, the worst pale, NaN not coloured", () => {
    const opacities = [...document.querySelectorAll(".aw-c")].map((rect) => rect.getAttribute("fill-opacity"));
    expect(opacities).toEqual(["1", "0.07", "1", "0.07"]);
    expect(document.querySelectorAll(".aw-e")).toHaveLength(1);
  });

  test("each row says what its colours span", () => {
    expect(all("text.aw-m")).toEqual(["3.50000 to 1.50000", "4.00000 to 2.00000"]);
  });

  test("names are escaped, subscripts lowered", () => {
    expect(document.querySelector("b")).toBeNull();
    expect(document.querySelector("svg")?.getAttribute("aria-label")).toBe("a <map>");
    expect(all("text.aw-right")).toContain("ck−2 → 0");
  });

  test("with numbers, the cells show their scores", () => {
    const shown = new JSDOM(drawHeatMap({ ...map, numbers: true }).text).window.document;
    expect([...shown.querySelectorAll("g > text.aw-mid")].map((e) => e.textContent)).toEqual([
      "1.50000",
      "3.50000",
      "NaN",
      "2.00000",
      "4.00000",
    ]);
  });
});
