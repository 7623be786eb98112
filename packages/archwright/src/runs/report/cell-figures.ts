/** The cells of an architecture as figures of the report page. */
import type { Architecture, CellTemplate } from "../../spaces/space.ts";
import { drawCell } from "./cell-drawing.ts";
import { type Markup, markup, raw } from "./markup.ts";

/** One figure for each cell of the architecture; a single cell needs no caption. */
export function cellFigures(templates: readonly CellTemplate[], cells: Architecture): Markup[] {
  return templates.flatMap((template) => {
    const cell = cells[template.name];
    if (cell === undefined) return [];
    const caption = templates.length === 1 ? "" : `${template.name} cell`;
    return [
      markup`<figure class="cell">${caption !== "" && markup`<figcaption>${caption}</figcaption>`}<div class="wide" tabindex="0">${raw(drawCell(template, cell, { embedded: true }))}</div></figure>`,
    ];
  });
}
