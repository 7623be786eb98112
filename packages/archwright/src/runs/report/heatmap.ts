/** Scores as a heat map: rows of coloured cells, the chosen ones framed, as SVG. */
import { fromScore, type Score } from "../../statistics/score.ts";
import { type Markup, markup } from "./markup.ts";
import { withSubscripts } from "./node-names.ts";
import { formatScore } from "./numbers.ts";

export interface HeatCell {
  readonly score: Score;
  /** How good the score is among those it was compared with: 0 worst, 1 best, absent if it is not a number. */
  readonly strength?: number;
  readonly chosen: boolean;
}

export interface HeatRow {
  readonly label: string;
  /** A second label: when the row was decided. */
  readonly note: string;
  /** The row is of no consequence for the result: drawn in grey. */
  readonly faded?: boolean;
  /** By column; absent where the row has no such candidate. */
  readonly cells: readonly (HeatCell | undefined)[];
}

export interface HeatMap {
  /** What the map shows, for those who cannot see it. */
  readonly title: string;
  readonly rowHeading: string;
  readonly noteHeading: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
  /** Whether the scores are written into the cells (they are in the tooltips in any case). */
  readonly numbers: boolean;
}

/** The style of the maps. Strength is the opacity of one hue, so that it reads on a light and on a dark ground. */
export const heatmapStyle = `
.aw-heat{--heat:#084a8f;--frame:#10131a;--muted:#5d6574;--grid:#c3c9d3;--on-pale:#000000;--on-strong:#ffffff;font:11px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:currentColor}
@media (prefers-color-scheme:dark){.aw-heat{--heat:#4a9bee;--frame:#ffffff;--muted:#98a1b0;--grid:#475061;--on-pale:#ffffff;--on-strong:#000000}}
.aw-heat .aw-c{fill:var(--heat)}
.aw-heat .aw-e{fill:none;stroke:var(--grid);stroke-dasharray:2 2}
.aw-heat .aw-f{fill:none;stroke:var(--frame);stroke-width:2}
.aw-heat .aw-m,.aw-heat .aw-faded{fill:var(--muted)}
.aw-heat .aw-mid{text-anchor:middle}
.aw-heat .aw-right{text-anchor:end}
.aw-heat .aw-pale{fill:var(--on-pale)}
.aw-heat .aw-strong{fill:var(--on-strong)}`;

const advance = 11 * 0.602;
const rowHeight = 24;
const gap = 2;
const space = 12;
/** Opacity beyond which the other text colour has the better contrast: both have at least 4.5 to 1 there, light and dark. */
const strongGround = 0.74;

/**
 * Strengths of scores that were compared with each other: linear from the worst (0) to the best (1) finite score.
 * Infinities count as the end they lie beyond, NaN has none; where all are equal each is 0.5.
 */
export function strengths(scores: readonly Score[], best: "min" | "max"): (number | undefined)[] {
  const values = scores.map(fromScore);
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return values.map((value) => {
    if (Number.isNaN(value)) return undefined;
    const share = shareOf(value, low, high);
    return best === "min" ? 1 - share : share;
  });
}

function shareOf(value: number, low: number, high: number): number {
  if (value > high) return 1;
  if (value < low) return 0;
  return low === high ? 0.5 : (value - low) / (high - low);
}

/** A row of cells from scores that were compared with each other. */
export function heatCells(
  scores: readonly Score[],
  best: "min" | "max",
  chosen: (index: number) => boolean,
): HeatCell[] {
  const strength = strengths(scores, best);
  return scores.map((score, i) => {
    const s = strength[i];
    return { score, chosen: chosen(i), ...(s === undefined ? {} : { strength: s }) };
  });
}

/** Draws a map as SVG, for a page that has {@link heatmapStyle}. */
export function drawHeatMap(map: HeatMap): Markup {
  const headings = map.columns.map(twoLines);
  const texts = map.rows.flatMap((row) =>
    row.cells.flatMap((cell) => (cell && map.numbers ? [formatScore(cell.score)] : [])),
  );
  const columnWidth = Math.max(44, width([...headings.flat(), ...texts]) + 10);
  const labelWidth = width([map.rowHeading, ...map.rows.map((row) => row.label)]);
  const noteWidth = width([map.noteHeading, ...map.rows.map((row) => row.note)]);
  const left = labelWidth + space + noteWidth + space;
  const top = 34;
  const rangeLeft = left + map.columns.length * columnWidth + space;
  const ranges = map.rows.map((row) => range(row));
  const total = Math.ceil(rangeLeft + width(["worst to best", ...ranges]));
  const height = top + map.rows.length * rowHeight;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="aw-heat" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" role="img" aria-label="${map.title}">
<title>${map.title}</title>
<g class="aw-m"><text class="aw-right" x="${n(labelWidth)}" y="26">${map.rowHeading}</text><text class="aw-right" x="${n(left - space)}" y="26">${map.noteHeading}</text><text x="${n(rangeLeft)}" y="26">worst to best</text></g>
${headings.map(([first, second], i) => {
  const x = n(left + (i + 0.5) * columnWidth);
  return markup`<text class="aw-mid" x="${x}" y="${second === "" ? 26 : 13}">${withSubscripts(first)}</text>${second !== "" && markup`<text class="aw-mid" x="${x}" y="26">${second}</text>`}`;
})}
${map.rows.map((row, i) => {
  const y = top + i * rowHeight;
  const text = y + rowHeight / 2 + 3;
  return markup`<g${row.faded === true && markup` class="aw-faded"`}><text class="aw-right" x="${n(labelWidth)}" y="${text}">${withSubscripts(row.label)}</text><text class="aw-right" x="${n(left - space)}" y="${text}">${row.note}</text></g>${row.cells.map((cell, column) => drawCell(map, row, cell, left + column * columnWidth, y, columnWidth, column))}<text class="aw-m" x="${n(rangeLeft)}" y="${text}">${ranges[i]}</text>
`;
})}</svg>`;
}

function drawCell(
  map: HeatMap,
  row: HeatRow,
  cell: HeatCell | undefined,
  x: number,
  y: number,
  w: number,
  column: number,
) {
  const place = (inset: number): Markup =>
    markup`x="${n(x + inset)}" y="${n(y + inset)}" width="${n(w - 2 * inset)}" height="${n(rowHeight - 2 * inset)}"`;
  if (cell === undefined) return undefined;
  const score = formatScore(cell.score);
  const title = `${row.label}, ${map.columns[column]}: ${score}${cell.chosen ? " (chosen)" : ""}`;
  const opacity = cell.strength === undefined ? 0 : 0.07 + 0.93 * cell.strength;
  const body =
    cell.strength === undefined
      ? markup`<rect class="aw-e" ${place(gap)}/>`
      : markup`<rect class="aw-c" ${place(gap / 2)} fill-opacity="${n(opacity, 100)}"/>`;
  const shown = map.numbers || cell.strength === undefined ? score : undefined;
  const text = markup`<text class="aw-mid ${opacity > strongGround ? "aw-strong" : "aw-pale"}" x="${n(x + w / 2)}" y="${n(y + rowHeight / 2 + 3)}">${shown}</text>`;
  return markup`<g><title>${title}</title>${body}${shown !== undefined && text}${cell.chosen && markup`<rect class="aw-f" ${place(gap)}/>`}</g>`;
}

/** The row's worst and best score: what its colours span. */
function range(row: HeatRow): string {
  const scored = row.cells.filter((cell) => cell?.strength !== undefined) as (HeatCell & { strength: number })[];
  scored.sort((a, b) => a.strength - b.strength);
  const [worst, best] = [scored[0], scored.at(-1)];
  if (worst === undefined || best === undefined) return "";
  return worst.score === best.score
    ? formatScore(worst.score)
    : `${formatScore(worst.score)} to ${formatScore(best.score)}`;
}

/** `sep_conv_3x3` as `sep_conv` and `3x3`; short names stay whole. */
function twoLines(name: string): [string, string] {
  const cut = Math.max(name.lastIndexOf("_"), name.lastIndexOf("-"));
  return name.length <= 7 || cut <= 0 ? [name, ""] : [name.slice(0, cut), name.slice(cut + 1)];
}

const width = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => [...text].length)) * advance;

/** A number with at most one decimal, or as many as `unit` has. */
const n = (value: number, unit = 10): string => String(Math.round(value * unit) / unit);
