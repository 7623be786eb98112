/** The cells of an architecture as one SVG file, one above the other. */
import { drawCell } from "../runs/report/cell-drawing.ts";
import type { Architecture, CellGenotype, CellTemplate } from "../spaces/space.ts";

const GAP = 16;

export function drawCells(templates: readonly CellTemplate[], cells: Architecture): string {
  const drawings = templates.map((template) => drawCell(template, cells[template.name] as CellGenotype));
  const [only] = drawings;
  if (drawings.length === 1 && only !== undefined) return only;
  const sizes = drawings.map((svg) => ({ width: attribute(svg, "width"), height: attribute(svg, "height") }));
  const width = Math.max(...sizes.map((size) => size.width));
  let y = 0;
  const placed = drawings.map((svg, i) => {
    const at = y;
    y += (sizes[i]?.height ?? 0) + GAP;
    return svg.replace("<svg ", `<svg x="0" y="${at}" `);
  });
  const height = y - GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${placed.join("")}</svg>
`;
}

/** A number in the drawing's root element. */
const attribute = (svg: string, name: string): number => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(svg)?.[1]);
