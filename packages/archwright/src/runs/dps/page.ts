/** The page of a discrete proxy search: what was found, how much of it holds on other architectures, and all that was tried. */
import { componentNames } from "../../proxies/eproxy/configuration.ts";
import type { Genes } from "../../proxies/eproxy/discrete/space.ts";
import { signed } from "../correlate/text.ts";
import { documentText } from "../report/document.ts";
import { type Markup, markup } from "../report/markup.ts";
import { formatCount, formatDuration } from "../report/numbers.ts";
import type { DpsFile, Evaluation } from "./directory.ts";
import type { CheckedDps } from "./request.ts";
import type { DpsRow } from "./run-dps.ts";

export interface DpsPage {
  readonly description: DpsFile;
  readonly evaluations: readonly Evaluation[];
  readonly best: Evaluation;
  readonly rows: readonly DpsRow[];
  readonly checked: CheckedDps;
}

const SHOWN = 40;

/** Renders the page. It needs no script and no other file. */
export function dpsPage({ description, evaluations, best, rows, checked }: DpsPage): string {
  const { space, request, chosen, others } = checked;
  const title = `A proxy for ${space.name}`;
  const main = markup`<header>
<p class="kicker">Archwright discrete proxy search</p>
<h1>${title}</h1>
<p class="meta">${request.table} · ${request.metric} · ${formatCount(chosen.length)} architectures · ${formatCount(evaluations.length)} configurations · seed ${request.seed} · ${formatDuration(description.elapsedSeconds)}</p>
</header>
<section>
<h2>How it orders architectures</h2>
<p>Spearman’s ρ with ${request.metric}, on the ${formatCount(chosen.length)} architectures that configurations were chosen by, and on ${formatCount(others.length)} others. ${verdict(rows)}</p>
<div class="wide" tabindex="0"><table>
<thead><tr><th></th><th class="number">On those it was chosen by</th><th class="number">On others</th></tr></thead>
<tbody>${rows.map(row)}</tbody>
</table></div>
</section>
<section>
<h2>The configuration</h2>
<div class="wide" tabindex="0"><table>${heading}<tbody>${configuration(best)}</tbody></table></div>
<p>proxy.json, beside this page, is what <code>--proxies</code>, <code>--set fitness</code> and <code>--set score</code> take.</p>
</section>
<section>
<h2>What was tried</h2>
<p>The best ${formatCount(Math.min(SHOWN, evaluations.length))} of ${formatCount(evaluations.length)}; ρ on the architectures they were chosen by.</p>
<div class="wide" tabindex="0"><table>${heading}<tbody>${evaluations
    .toSorted((a, b) => b.rho - a.rho)
    .slice(0, SHOWN)
    .map(configuration)}</tbody></table></div>
</section>
<section>
<h2>How to repeat it</h2>
<pre>${description.command}</pre>
</section>`;
  return documentText({ title: `${title} – Archwright`, main });
}

/** What the first row loses elsewhere, and whether counting does as well. */
function verdict(rows: readonly DpsRow[]): string {
  const [found] = rows;
  if (found === undefined || found.others === null || found.chosen === null) return "";
  const lost = `On others the found configuration has ${signed(found.others)} instead of ${signed(found.chosen)}.`;
  const cheaper = rows.filter(
    ({ name, others }) => /parameters|multiply/.test(name) && (others ?? -1) >= (found.others as number),
  );
  if (cheaper.length === 0) return lost;
  return `${lost} Counting ${cheaper.map(({ name }) => name).join(" or ")} does as well there, or better.`;
}

const row = ({ name, chosen, others }: DpsRow): Markup =>
  markup`<tr><th scope="row">${name}</th><td class="number">${signed(chosen)}</td><td class="number">${signed(others)}</td></tr>`;

const heading = markup`<thead><tr><th class="number">ρ</th><th class="number">No.</th><th class="number">Rate</th><th class="number">α</th><th>Initialization</th><th>Barriers’</th><th>Branches, deepest first: head, barrier, target</th></tr></thead>`;

const configuration = ({ rho, index, genes }: Evaluation): Markup =>
  markup`<tr><td class="number">${signed(rho)}</td><td class="number">${index}</td><td class="number">${genes.learningRate}</td><td class="number">${genes.flopsWeight}</td><td>${genes.initialization}</td><td>${genes.barrierInitialization}</td><td>${branches(genes)}</td></tr>`;

const branches = ({ genes, branches: count }: Genes): string =>
  genes
    .slice(0, count)
    .map(({ headKernel, headChannels, barrierKernel, barrierChannels, components, level }) => {
      const names = componentNames.filter((_, i) => components[i]);
      const target = names.length === 0 ? "zeros" : `${level}·(${names.join(" + ")})`;
      return `${headKernel}×${headKernel}→${headChannels}, ${barrierKernel}×${barrierKernel}→${barrierChannels}, ${target}`;
    })
    .join("; ");
