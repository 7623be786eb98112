/** Fitness against cost: every candidate as a dot, the Pareto front as steps, the answer marked. */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { type CostAxis, paretoFront, type RankedCandidate } from "./candidates.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { formatLarge, formatScore } from "./numbers.ts";

const { document } = new JSDOM("").window;

const size = { width: 500, height: 330, marginTop: 34, marginRight: 20, marginBottom: 42, marginLeft: 64 } as const;

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Large values are shortened, so that they fit beside the axis. */
function fitnessScale(values: readonly number[], label: string): Plot.ScaleOptions {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tickFormat = largest >= 1e15 ? "~e" : largest >= 1e5 ? "~s" : undefined;
  return {
    label: `fitness (${label})`,
    labelArrow: "none",
    grid: true,
    nice: true,
    ticks: 6,
    ...(tickFormat === undefined ? {} : { tickFormat }),
  };
}

/** Nothing where no candidate has both a cost and a finite fitness. */
export function frontPlot(
  candidates: readonly RankedCandidate[],
  axis: CostAxis,
  fitnessLabel: string,
): Markup | undefined {
  const dot = (candidate: RankedCandidate): Dot & { title: string } => {
    const x = axis.cost(candidate) as number;
    return {
      x,
      y: candidate.fitness,
      title: `candidate ${candidate.index}: ${formatLarge(x)} ${axis.title}, fitness ${formatScore(candidate.fitness)}`,
    };
  };
  const shown = candidates.filter((c) => axis.cost(c) !== undefined && Number.isFinite(c.fitness));
  if (shown.length === 0) return undefined;
  const front = paretoFront(shown, axis).map(dot);
  const last = front.at(-1) as Dot;
  const dearest = Math.max(...shown.map((candidate) => axis.cost(candidate) as number));
  const answer = shown.filter(({ isAnswer }) => isAnswer).map(dot);
  const svg = Plot.plot({
    document,
    ...size,
    style: { background: "transparent", fontSize: "12px" },
    ariaLabel: `Fitness against ${axis.title}: ${shown.length} candidates, ${front.length} on the Pareto front, from ${formatScore((front[0] as Dot).y)} to ${formatScore(last.y)}`,
    x: {
      label: axis.title,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      nice: true,
      ticks: 5,
      tickFormat: "~s",
    },
    y: fitnessScale(
      shown.map(({ fitness }) => fitness),
      fitnessLabel,
    ),
    marks: [
      Plot.dot(
        shown.map(dot).map(({ x, y }) => ({ x, y })),
        { x: "x", y: "y", r: 2.6, fill: "var(--dot)", fillOpacity: 0.7 },
      ),
      Plot.line([...front, { x: dearest, y: last.y }], {
        x: "x",
        y: "y",
        curve: "step-after",
        stroke: "var(--accent)",
        strokeWidth: 1.5,
      }),
      Plot.dot(front, { x: "x", y: "y", r: 4, fill: "var(--accent)", title: "title" }),
      Plot.dot(answer, { x: "x", y: "y", r: 8, stroke: "var(--accent)", strokeWidth: 2.2, title: () => "the answer" }),
    ],
    r: { type: "identity" },
  });
  svg.setAttribute("role", "img");
  return markup`<figure><figcaption>Against ${axis.title}</figcaption><div class="wide" tabindex="0">${raw(svg.outerHTML)}</div></figure>`;
}

/** The best fitness so far after each evaluation; nothing for fewer than two candidates. */
export function progressPlot(candidates: readonly RankedCandidate[], fitnessLabel: string): Markup | undefined {
  let best = Number.NEGATIVE_INFINITY;
  const points = candidates.map(({ index, fitness }) => {
    best = Math.max(best, fitness);
    return { evaluations: index + 1, best };
  });
  const known = points.filter((point) => Number.isFinite(point.best));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return undefined;
  const dots = candidates
    .filter(({ fitness }) => Number.isFinite(fitness))
    .map(({ index, fitness }) => ({ evaluations: index + 1, fitness }));
  const svg = Plot.plot({
    document,
    ...size,
    style: { background: "transparent", fontSize: "12px" },
    ariaLabel: `Best fitness so far over ${candidates.length} evaluations: from ${formatScore(first.best)} to ${formatScore(last.best)}`,
    x: {
      label: "evaluations",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      ticks: Math.min(6, candidates.length - 1),
      tickFormat: "d",
    },
    y: fitnessScale(
      dots.map(({ fitness }) => fitness),
      fitnessLabel,
    ),
    marks: [
      Plot.dot(dots, { x: "evaluations", y: "fitness", r: 2.6, fill: "var(--dot)", fillOpacity: 0.7 }),
      Plot.line(known, {
        x: "evaluations",
        y: "best",
        curve: "step-after",
        stroke: "var(--accent)",
        strokeWidth: 1.8,
      }),
    ],
    r: { type: "identity" },
  });
  svg.setAttribute("role", "img");
  return markup`<figure><figcaption>Best so far</figcaption><div class="wide" tabindex="0">${raw(svg.outerHTML)}</div></figure>`;
}
