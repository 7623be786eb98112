/** A decided cell as a picture: boxes for nodes, labelled lines for operations, as SVG text. */
import type { CellGenotype, CellTemplate } from "../../spaces/space.ts";
import { layoutCell, type PlacedEdge, type PlacedNode, type Point, tipLength } from "./cell-layout.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { nodeName, plainNodeName } from "./node-names.ts";
import { familyStyle, operationFamily } from "./operation-family.ts";

export interface CellDrawingOptions {
  /** What the picture shows, for its title. @default the template's name and "cell" */
  readonly title?: string;
  /**
   * Whether the picture stands in a page that has {@link cellDrawingStyle}, or is a file of its own, which carries
   * its style and a ground. @default false
   */
  readonly embedded?: boolean;
}

/** The style of the drawings: colours for a light and a dark ground. */
export const cellDrawingStyle = `${familyStyle}
.aw-cell{--ink:#1f2430;--ground:#ffffff;--box:#f7f8fa;--end:#e9edf4;--box-line:#4a5261;--concat:#9aa1ad;font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@media (prefers-color-scheme:dark){.aw-cell{--ink:#e6e9ef;--ground:#15181d;--box:#1e232b;--end:#29303b;--box-line:#8f98a8;--concat:#6d7584}}
.aw-cell .aw-ground{fill:var(--ground)}
.aw-cell .aw-node rect{fill:var(--box);stroke:var(--box-line);stroke-width:1.25}
.aw-cell .aw-end rect{fill:var(--end)}
.aw-cell .aw-node text{fill:var(--ink);font:italic 16px "STIX Two Text","Times New Roman","Liberation Serif",Georgia,serif;text-anchor:middle}
.aw-cell .aw-node .aw-sub{font-size:11.5px}
.aw-cell .aw-edge path{fill:none;stroke:var(--line);stroke-width:1.75}
.aw-cell .aw-edge .aw-tip{fill:var(--line);stroke:none}
.aw-cell .aw-edge rect{fill:var(--tint);stroke:var(--line)}
.aw-cell .aw-edge text{fill:var(--text);font-size:11.5px;text-anchor:middle}
.aw-cell .aw-none path,.aw-cell .aw-none rect{stroke-dasharray:4 3;stroke-width:1.25}
.aw-cell .aw-concat{--line:var(--concat)}
.aw-cell .aw-concat path{stroke-width:1.25}`;

/**
 * Draws a decided cell as SVG text, inputs at the left and output at the right.
 * The same cell gives the same text. Colours follow the reader's light or dark setting.
 */
export function drawCell(template: CellTemplate, genotype: CellGenotype, options: CellDrawingOptions = {}): string {
  const placed = layoutCell(template, genotype);
  const embedded = options.embedded ?? false;
  const title = options.title ?? `${capitalized(template.name)}${template.name === "cell" ? "" : " cell"}`;
  const width = Math.ceil(placed.width);
  const height = Math.ceil(placed.height);
  const [unconnected, connected] = [placed.edges.filter(isFaint), placed.edges.filter((edge) => !isFaint(edge))];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="aw-cell" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<title>${title}</title>
<desc>${describeCell(template, genotype)}</desc>
${embedded ? undefined : markup`<style>${raw(cellDrawingStyle)}</style>\n<rect class="aw-ground" width="${width}" height="${height}"/>\n`}${[...unconnected, ...connected].map(drawLine)}${placed.edges.map(drawLabel)}${placed.nodes.map(drawNode)}</svg>
`.text;
}

/** The cell in words: `cₖ₋₂ to 0: sep_conv_3x3; ...`. */
export function describeCell(template: CellTemplate, genotype: CellGenotype): string {
  const name = (node: number): string => plainNodeName(nodeName(template, node));
  return genotype.choices
    .map((choice) => `${name(choice.source)} to ${name(choice.target)}: ${choice.operation}`)
    .join("; ");
}

/** Lines that are drawn beneath the others: operations that pass nothing on, and the concatenation. */
const isFaint = (edge: PlacedEdge): boolean =>
  edge.operation === undefined || operationFamily(edge.operation) === "none";

const edgeClass = (edge: PlacedEdge): string =>
  `aw-edge ${edge.operation === undefined ? "aw-concat" : `aw-${operationFamily(edge.operation)}`}`;

function drawLine(edge: PlacedEdge): Markup {
  const tip = edge.points.at(-1) as Point;
  const [x, y] = [tip.x, tip.y];
  return markup`<g class="${edgeClass(edge)}"><path d="${curve(edge)}"/><path class="aw-tip" d="M${n(x)} ${n(y)}l${-tipLength} -3.8v7.6z"/></g>
`;
}

function drawLabel(edge: PlacedEdge): Markup | undefined {
  if (edge.label === undefined || edge.operation === undefined) return undefined;
  const { x, y, width, height } = edge.label;
  return markup`<g class="${edgeClass(edge)}"><rect x="${n(x - width / 2)}" y="${n(y - height / 2)}" width="${n(width)}" height="${n(height)}" rx="${height / 2}"/><text x="${n(x)}" y="${n(y + 4)}">${edge.operation}</text></g>
`;
}

function drawNode(node: PlacedNode): Markup {
  const { x, y, width, height, name } = node;
  const subscript =
    name.subscript === undefined ? undefined : markup`<tspan class="aw-sub" dy="4">${name.subscript}</tspan>`;
  return markup`<g class="aw-node${node.role === "intermediate" ? "" : " aw-end"}"><rect x="${n(x - width / 2)}" y="${n(y - height / 2)}" width="${n(width)}" height="${n(height)}" rx="6"/><text x="${n(x)}" y="${n(y + 5)}">${name.base}${subscript}</text></g>
`;
}

/** The line of an edge: straight along its flat stretches, a cubic that leaves and arrives level between them. */
function curve({ points }: PlacedEdge): string {
  const first = points[0] as Point;
  let path = `M${n(first.x)} ${n(first.y)}`;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1] as Point, points[i] as Point];
    const level = Math.abs(from.y - to.y) < 0.05;
    // The last stretch lies beneath the arrow's tip: the line stops inside it, so that its square end does not show.
    if (i === points.length - 1) path += `H${n(to.x - tipLength / 2)}`;
    else if (level) path += `H${n(to.x)}`;
    else {
      const middle = n((from.x + to.x) / 2);
      path += `C${middle} ${n(from.y)} ${middle} ${n(to.y)} ${n(to.x)} ${n(to.y)}`;
    }
  }
  return path;
}

/** A length with at most one decimal. */
const n = (value: number): string => String(Math.round(value * 10) / 10);

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
