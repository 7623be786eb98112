/** Curves over the epochs: one small chart with its lines named in the caption. */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { type Markup, markup, raw } from "./markup.ts";
import { formatScore } from "./numbers.ts";

/** How a line is drawn. */
export interface LineStyle {
  /** A CSS colour. */
  readonly colour: string;
  /** An SVG dash pattern; solid where absent. */
  readonly dash?: string;
}

export interface Line extends LineStyle {
  readonly name: string;
  /** The value at each epoch of the chart; absent or null where there is none. */
  readonly values: readonly (number | null | undefined)[];
}

export interface Chart {
  readonly title: string;
  /** Behind the values in the caption: `%`. */
  readonly unit?: string;
  /** Epochs counted from 1, ascending. */
  readonly epochs: readonly number[];
  readonly lines: readonly Line[];
  /** Smallest and largest value that the axis shows at least. */
  readonly range?: readonly number[];
  /** Levels to compare with, drawn as dotted rules. */
  readonly levels?: readonly number[];
  /** Whether the values are counts, so that the axis has whole numbers only and lines are steps. */
  readonly counts?: boolean;
  /** Stretches of epochs with a ground of their own. */
  readonly shaded: readonly { readonly from: number; readonly to: number }[];
  /** Size of the picture. */
  readonly size: { readonly width: number; readonly height: number; readonly left: number };
}

/** Colours of lines that are no operations: told apart by their dashes too. */
export const lineStyles: readonly LineStyle[] = [
  { colour: "var(--line-1)" },
  { colour: "var(--line-2)", dash: "6 3" },
  { colour: "var(--line-3)", dash: "2 2.5" },
];

export const chartSize: Chart["size"] = { width: 330, height: 190, left: 50 };

/** So few points are marked, because a line through them shows too little. */
const MARKED = 5;

const { document } = new JSDOM("").window;

/** The chart as a figure: its title, its lines with their last values (a single one needs no name), the picture. */
export function chartFigure(chart: Chart): Markup {
  const alone = chart.lines.length === 1;
  const named = chart.lines.map(
    (line) =>
      markup`<span class="line-key">${!alone && markup`${swatch(line)} ${line.name} `}<b>${lastValue(line, chart.unit)}</b></span>`,
  );
  return markup`<figure class="chart"><figcaption><strong>${chart.title}</strong><span class="line-keys">${named}</span></figcaption>${drawChart(chart)}</figure>`;
}

/** The picture alone. */
export function drawChart(chart: Chart): Markup {
  const { epochs, lines, counts = false, levels = [], shaded, size } = chart;
  const [low, high] = valueRange(chart);
  const svg = Plot.plot({
    document,
    width: size.width,
    height: size.height,
    marginTop: 8,
    marginRight: 8,
    marginBottom: 24,
    marginLeft: size.left,
    style: { background: "transparent", fontSize: "11px" },
    ariaLabel: description(chart),
    x: { label: null, domain: epochDomain(epochs), ticks: wholeTicks(epochs, size.width / 55), tickFormat: "d" },
    y: { label: null, domain: [low, high], grid: true, ...valueTicks(counts, high, size.height) },
    marks: [
      Plot.rectX(shaded, {
        x1: "from",
        x2: "to",
        insetLeft: -3,
        insetRight: -3,
        fill: "currentColor",
        fillOpacity: 0.1,
      }),
      Plot.ruleY(levels, { stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "1 3" }),
      ...lines.map(({ values, colour, dash }) =>
        Plot.lineY(values, {
          x: epochs,
          y: values.map((value) => value ?? Number.NaN),
          stroke: colour,
          strokeWidth: 1.6,
          ...(dash === undefined ? {} : { strokeDasharray: dash }),
          ...(counts ? { curve: "step-after" as const } : {}),
          ...(epochs.length <= MARKED ? { marker: "dot" as const } : {}),
        }),
      ),
    ],
  });
  svg.setAttribute("role", "img");
  return raw(svg.outerHTML);
}

/** A line as the caption and the key show it. */
export const swatch = ({ colour, dash }: LineStyle): Markup =>
  markup`<svg class="swatch" width="24" height="8" aria-hidden="true"><path d="M0 4H24" fill="none" stroke="${colour}" stroke-width="2"${dash !== undefined && markup` stroke-dasharray="${dash}"`}/></svg>`;

/** What the chart shows, for those who cannot see it. */
function description({ title, epochs, lines, unit }: Chart): string {
  const parts = lines.map((line) => {
    const values = line.values.filter(isValue);
    return `${line.name}: ${formatScore(values[0] ?? Number.NaN)} to ${lastValue(line, unit)}`;
  });
  return `${title}, epochs ${epochs[0]} to ${epochs.at(-1)}. ${parts.join("; ")}`;
}

const isValue = (value: number | null | undefined): value is number => typeof value === "number";

function lastValue({ values }: Line, unit = ""): string {
  const last = values.findLast(isValue);
  if (last === undefined) return "–";
  const text = Number.isInteger(last) ? String(last) : shortened(last);
  return unit === "" ? text : `${text} ${unit}`;
}

/** Three significant digits are as many as a curve shows. */
const shortened = (value: number): string =>
  Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
    ? String(Number(value.toPrecision(3))).replace("-", "−")
    : formatScore(value);

/** All values with a little room, and what the chart wants to show in any case. */
function valueRange({ lines, levels = [], range = [] }: Chart): [number, number] {
  const values = [...lines.flatMap((line) => line.values.filter(isValue)), ...levels, ...range];
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (low === high) return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const room = (high - low) * 0.04;
  return [range.includes(low) ? low : low - room, range.includes(high) ? high : high + room];
}

/** A single epoch stands in the middle. */
function epochDomain(epochs: readonly number[]): [number, number] {
  const [first, last] = [epochs[0] ?? 1, epochs.at(-1) ?? 1];
  return first === last ? [first - 1, last + 1] : [first, last];
}

/** Whole epochs at round distances, about `most` of them. */
function wholeTicks(epochs: readonly number[], most: number): number[] {
  const [first, last] = [epochs[0] ?? 1, epochs.at(-1) ?? 1];
  if (last - first < most) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const step = roundStep((last - first) / most);
  const ticks = Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
  return [first, ...ticks.filter((tick) => tick - first >= step / 2)];
}

/** The smallest of 1, 2, 5, 10, 20, ... that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function valueTicks(counts: boolean, high: number, height: number): Plot.ScaleOptions {
  if (!counts) return { ticks: Math.max(2, Math.round(height / 45)) };
  const step = roundStep(high / 5);
  return { ticks: Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step), tickFormat: "d" };
}
