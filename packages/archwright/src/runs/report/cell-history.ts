/** The cell over time: what the mixing weights would have selected, drawn at a handful of epochs. */

import type { EpochEvent } from "../../search/events.ts";
import { findSpace } from "../../spaces/registry.ts";
import type { Architecture, CellTemplate } from "../../spaces/space.ts";
import { cellFigures } from "./cell-figures.ts";
import { type Markup, markup } from "./markup.ts";
import { type SelectedStretch, selectedStretches, thinned } from "./training.ts";

/** Pictures shown. */
const MOST = 6;

/** An architecture's text as cells. Undefined where this version does not know the space, or cannot read the text. */
export function readCells(space: string, architecture: string): Architecture | undefined {
  try {
    return findSpace(space).parse(architecture);
  } catch {
    return undefined;
  }
}

export function cellHistory(space: string, templates: readonly CellTemplate[], epochs: readonly EpochEvent[]): Markup {
  const stretches = selectedStretches(epochs);
  const changes = stretches.length - 1;
  const since = stretches.at(-1)?.from as number;
  const shown = thinned(stretches, MOST);
  const counted = `${changes} ${changes === 1 ? "time" : "times"}`;
  const said =
    changes === 0
      ? "What the mixing weights would select was the same after every epoch."
      : `What the mixing weights would select changed ${counted}, the last time in epoch ${since}.`;
  const chosen = shown.length < stretches.length ? ` ${shown.length} of its ${stretches.length} forms are drawn.` : "";
  return markup`<h3>The ${templates.length === 1 ? "cell" : "cells"} over time</h3>
<p>${said}${chosen}</p>
<div class="history${templates.length > 1 && " full"}">${shown.map((stretch, i) => moment(space, templates, stretch, shown[i - 1]))}</div>`;
}

function moment(
  space: string,
  templates: readonly CellTemplate[],
  { architecture, from, to }: SelectedStretch,
  before: SelectedStretch | undefined,
): Markup {
  const cells = readCells(space, architecture);
  const earlier = before === undefined ? undefined : readCells(space, before.architecture);
  const epochs = from === to ? `Epoch ${from}` : `Epochs ${from} to ${to}`;
  const differs = cells && earlier && differences(cells, earlier);
  return markup`<section class="moment"><h4>${epochs}${differs !== undefined && markup` <span class="quiet">${differs}</span>`}</h4>
${cells === undefined ? markup`<p><code>${architecture}</code></p>` : cellFigures(templates, cells)}</section>`;
}

/** How many edges the earlier architecture did not have, or had with another operation. */
function differences(cells: Architecture, earlier: Architecture): string {
  const names = (architecture: Architecture): string[] =>
    Object.entries(architecture).flatMap(([cell, { choices }]) =>
      choices.map(({ source, target, operation }) => `${cell} ${source} ${target} ${operation}`),
    );
  const known = new Set(names(earlier));
  const all = names(cells);
  const fresh = all.filter((name) => !known.has(name)).length;
  return fresh === 0 ? "as in the picture before" : `${fresh} of ${all.length} edges differ from the picture before`;
}
