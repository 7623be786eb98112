/** The mixing weights over the epochs: a small chart for each edge, a line for each operation. */

import type { EpochEvent } from "../../search/events.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { type Chart, drawChart, type LineStyle, swatch } from "./curves.ts";
import { type Markup, markup } from "./markup.ts";
import { edgeName } from "./node-names.ts";
import { familyColour, operationFamily } from "./operation-family.ts";
import { epochNumber, thinned } from "./training.ts";

/** More points than this a line of a panel cannot show. */
const MOST_POINTS = 150;
/** Operations of one family share its colour; solid, dashed, dotted tell them apart. */
const dashes = [undefined, "5 2.5", "1.5 2", "7 2 1.5 2"];

/** The panels of one cell, with the key to their lines. All of them have one scale. */
export function trajectories(
  template: CellTemplate,
  epochs: readonly EpochEvent[],
  shaded: Chart["shaded"],
): Markup | undefined {
  const shown = thinned(
    epochs.filter((event) => event.cells[template.name] !== undefined),
    MOST_POINTS,
  );
  if (shown.length === 0) return undefined;
  const styles = operationStyles(template);
  const weights = (edge: number, operation: number): (number | undefined)[] =>
    shown.map((event) => event.cells[template.name]?.weights[edge]?.[operation]);
  const range = extent(
    template.edges.flatMap((_, e) => (template.operations[e] ?? []).flatMap((_, o) => weights(e, o))),
  );
  const panels = template.edges.map((edge, e) => {
    const name = edgeName(template, edge);
    const lines = (template.operations[e] ?? []).map((operation, o) => ({
      name: operation,
      values: weights(e, o),
      ...(styles.get(operation) as LineStyle),
    }));
    const chart: Chart = {
      title: `Mixing weights on the edge ${name}`,
      epochs: shown.map(epochNumber),
      lines,
      range,
      shaded,
      size: { width: 190, height: 118, left: 34 },
    };
    return markup`<figure class="panel"><figcaption>${name}</figcaption>${drawChart(chart)}</figure>`;
  });
  const key = [...styles].map(([name, style]) => markup`<span class="line-key">${swatch(style)} ${name}</span>`);
  return markup`<p class="line-keys">${key}</p><div class="panels">${panels}</div>`;
}

function operationStyles(template: CellTemplate): Map<string, LineStyle> {
  const seen = new Map<string, number>();
  return new Map(
    [...new Set(template.operations.flat())].map((operation): [string, LineStyle] => {
      const family = operationFamily(operation);
      const nth = seen.get(family) ?? 0;
      seen.set(family, nth + 1);
      // Beside the grey of skip connections, that of "none" is told by its dots.
      const dash = family === "none" ? "1.5 2" : dashes[nth % dashes.length];
      return [operation, { colour: familyColour(family), ...(dash === undefined ? {} : { dash }) }];
    }),
  );
}

function extent(values: readonly (number | null | undefined)[]): [number, number] {
  const numbers = values.filter((value) => typeof value === "number");
  return [Math.min(...numbers), Math.max(...numbers)];
}
