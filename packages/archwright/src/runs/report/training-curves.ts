/** The charts of a supernet's training: losses, accuracies, rates, gradients, and how decided the cells are. */

import type { EpochEvent, HalfMetrics } from "../../search/events.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { type Chart, chartFigure, chartSize, type Line, type LineStyle, lineStyles } from "./curves.ts";
import type { Markup } from "./markup.ts";
import { epochNumber, thinned } from "./training.ts";

/** More points than this a chart cannot show. */
const MOST_POINTS = 300;

/** Titles of what updates report; others go by their own names. */
const factTitles: Readonly<Record<string, string>> = {
  radius: "Perturbation radius",
  lambda: "Regularizer strength λ",
  alignment: "Alignment of the cells",
};

/**
 * - `kept`: edges that a decided cell has, by cell name, where that is known.
 */
export function trainingCurves(
  templates: readonly CellTemplate[],
  all: readonly EpochEvent[],
  kept: Readonly<Record<string, number>>,
  shaded: Chart["shaded"],
): Markup[] {
  const events = thinned(all, MOST_POINTS);
  const charts: Omit<Chart, "epochs" | "shaded" | "size">[] = [
    { title: "Loss", lines: halves(events, ({ loss }) => loss) },
    { title: "Accuracy", unit: "%", lines: halves(events, ({ accuracy }) => 100 * accuracy) },
    {
      title: "Entropy of the mixing weights",
      unit: "nats",
      lines: byCell(templates, events, (event, cell) => event.cells[cell]?.entropy),
      range: [0, undecidedEntropy(templates)],
      levels: [undecidedEntropy(templates)],
    },
    {
      title: "Skip connections that would be selected",
      lines: byCell(templates, events, (event, cell) => event.cells[cell]?.skips),
      range: [0, Math.max(1, ...Object.values(kept))],
      levels: [...new Set(Object.values(kept))].map((edges) => edges / 2),
      counts: true,
    },
    {
      title: "Gradient norm of the weights",
      lines: [line(0, "weights", events, (event) => event.gradientNorms.weights)],
    },
    {
      title: "Gradient norm of α",
      lines: byCell(templates, events, (event, cell) => event.gradientNorms.alpha[cell]),
    },
    { title: "Learning rate of the weights", lines: [line(0, "weights", events, (event) => event.learningRate)] },
    ...factNames(events).map((name) => ({
      title: factTitles[name] ?? name,
      lines: [line(0, name, events, (event) => event.facts[name])],
    })),
  ];
  return charts
    .filter(({ lines }) => lines.length > 0)
    .map((chart) => chartFigure({ ...chart, epochs: events.map(epochNumber), shaded, size: chartSize }));
}

/** A line for each half that was measured. */
function halves(events: readonly EpochEvent[], value: (metrics: HalfMetrics) => number): Line[] {
  const names = [
    ["train", "training"],
    ["valid", "validation"],
    ["evaluation", "evaluation"],
  ] as const;
  return names.flatMap(([key, name], i) => {
    const own = line(i, name, events, (event) => (event[key] === undefined ? undefined : value(event[key])));
    return own.values.some((v) => v !== undefined) ? [own] : [];
  });
}

/** A line for each kind of cell that has a value in any epoch. */
function byCell(
  templates: readonly CellTemplate[],
  events: readonly EpochEvent[],
  value: (event: EpochEvent, cell: string) => number | undefined,
): Line[] {
  return templates.flatMap(({ name }, i) => {
    const own = line(i, name, events, (event) => value(event, name));
    return own.values.some((v) => v !== undefined) ? [own] : [];
  });
}

function line(
  style: number,
  name: string,
  events: readonly EpochEvent[],
  value: (event: EpochEvent) => number | undefined,
): Line {
  return { ...(lineStyles[style % lineStyles.length] as LineStyle), name, values: events.map(value) };
}

const factNames = (events: readonly EpochEvent[]): string[] => [
  ...new Set(events.flatMap(({ facts }) => Object.keys(facts))),
];

/** The entropy of equal weights, on the edges with the most candidates: the largest there is. */
const undecidedEntropy = (templates: readonly CellTemplate[]): number =>
  Math.log(Math.max(1, ...templates.flatMap(({ operations }) => operations.map(({ length }) => length))));
