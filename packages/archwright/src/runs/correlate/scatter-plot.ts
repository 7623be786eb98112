/** Every architecture as a dot: where a score ranks it, and what became of it. */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { averageRanks } from "../../statistics/ranks.ts";
import { type Markup, raw } from "../report/markup.ts";
import type { Oriented } from "./correlations.ts";

export interface Scatter {
  readonly title: string;
  /** Larger is better. */
  readonly scores: Oriented;
  /** As the table has them, in the same order. */
  readonly values: readonly number[];
  /** Positions of those with the best results. */
  readonly top: readonly number[];
}

const RADIUS = 1.6;

/**
 * Ranks of the scores along x, which is what the correlations look at: many scores spread over tens of orders of magnitude.
 * All dots are one line of zero lengths with round ends, so that tens of thousands of them take little room on the page.
 */
export function scatterPlot({ title, scores, values, top }: Scatter): Markup {
  const { document } = new JSDOM("").window;
  const ranks = averageRanks(scores);
  const isTop = new Set(top);
  const others = scores.map((_, i) => i).filter((i) => !isTop.has(i));
  const dots =
    (positions: readonly number[], colour: string) =>
    (_: unknown, { x, y }: Plot.ScaleFunctions): SVGElement => {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", positions.map((i) => `M${at(x, ranks[i])} ${at(y, values[i])}h0`).join(""));
      path.setAttribute("stroke", colour);
      path.setAttribute("stroke-width", String(2 * RADIUS));
      path.setAttribute("stroke-linecap", "round");
      path.setAttribute("stroke-opacity", scores.length > 3000 ? "0.35" : "0.6");
      return path;
    };
  const svg = Plot.plot({
    document,
    width: 330,
    height: 240,
    marginTop: 10,
    marginBottom: 36,
    marginLeft: 44,
    marginRight: 12,
    style: { background: "transparent", fontSize: "11px" },
    ariaLabel: title,
    x: {
      label: "rank by score",
      labelAnchor: "center",
      labelArrow: "none",
      domain: [1, Math.max(2, scores.length)],
      ticks: 4,
    },
    y: { label: null, domain: extent(values), nice: true, grid: true, ticks: 5 },
    marks: [dots(others, "var(--dot)"), dots(top, "var(--accent)")] as Plot.Markish[],
  });
  svg.setAttribute("role", "img");
  return raw(svg.outerHTML);
}

const at = (scale: ((value: number) => number) | undefined, value: number | undefined): string =>
  (scale?.(value ?? Number.NaN) ?? 0).toFixed(1);

function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return low === high ? [low - 1, high + 1] : [low, high];
}
