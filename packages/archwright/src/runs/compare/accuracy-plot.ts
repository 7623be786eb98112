/** The accuracies of a comparison as dot plots: a dot for each run, a tick at each method's mean. */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import type { Metric } from "../../benchmarks/benchmark.ts";
import { type Markup, markup, raw } from "../report/markup.ts";
import type { MethodSummary, Outcome } from "./outcomes.ts";

/** A plot of one metric with a row for each method; nothing where no run has a value. */
export function accuracyPlot(
  metric: Metric,
  summaries: readonly MethodSummary[],
  outcomes: readonly Outcome[],
): Markup | undefined {
  const dots = outcomes.flatMap(({ method, seed, found }) => {
    const value = found?.benchmark?.metrics[metric.name];
    return typeof value === "number" ? [{ method, seed, value }] : [];
  });
  if (dots.length === 0) return undefined;
  const means = summaries.flatMap(({ method, accuracies }) => {
    const mean = accuracies[metric.name]?.mean;
    return mean === undefined ? [] : [{ method, mean }];
  });
  const order = summaries.map(({ method }) => method);
  const { document } = new JSDOM("").window;
  const svg = Plot.plot({
    document,
    width: 500,
    height: 56 + 30 * order.length,
    marginTop: 8,
    marginBottom: 42,
    marginLeft: 24 + 7 * Math.max(...order.map((name) => name.length)),
    marginRight: 16,
    style: { background: "transparent", fontSize: "12px" },
    ariaLabel: `${metric.title}: ${means.map(({ method, mean }) => `${method} ${mean.toFixed(2)} % on average`).join("; ")}`,
    x: {
      label: `${metric.name}, %`,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      grid: true,
      nice: true,
      ticks: 6,
    },
    y: { label: null, domain: order, type: "band", tickSize: 0 },
    marks: [
      Plot.ruleY(order, { y: (name: string) => name, stroke: "currentColor", strokeOpacity: 0.12 }),
      Plot.tickX(means, { x: "mean", y: "method", stroke: "var(--accent)", strokeWidth: 2.5 }),
      Plot.dot(dots, {
        x: "value",
        y: "method",
        r: 4.5,
        fill: "var(--dot)",
        fillOpacity: 0.75,
        title: ({ seed, value }: (typeof dots)[number]) => `seed ${seed}: ${value.toFixed(2)} %`,
      }),
    ],
  });
  svg.setAttribute("role", "img");
  return markup`<figure><figcaption>${metric.title}</figcaption><div class="wide" tabindex="0">${raw(svg.outerHTML)}</div></figure>`;
}
