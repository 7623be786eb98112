/** The part of the report that lists what the search proposed. */
import { type Markup, markup, raw } from "./markup.ts";
import { formatScore } from "./numbers.ts";
import type { Candidate } from "./proposals.ts";
import { validationPlot } from "./validation-plot.ts";

/** A single proposal that nothing was compared with is the answer, which the page shows already. */
export function proposalsSection(candidates: readonly Candidate[]): Markup {
  const [only] = candidates;
  const alone = candidates.length === 1 && only?.proposals.length === 1 && only.validation === undefined;
  return markup`<section>
<h2>Proposals</h2>
${alone && only.isAnswer ? markup`<p>The search made one proposal, which is its answer: there was nothing to compare it with, so it has no validation score.</p>` : comparison(candidates)}
</section>`;
}

function comparison(candidates: readonly Candidate[]): Markup {
  const total = candidates.reduce((sum, candidate) => sum + candidate.proposals.length, 0);
  const batches = candidates.find((candidate) => candidate.validation)?.validation?.batches;
  const plot = validationPlot(candidates);
  const repeated = total - candidates.length;
  const scored = batches !== undefined;
  return markup`<p>The search made ${total} ${total === 1 ? "proposal" : "proposals"}${repeated > 0 && `, ${candidates.length} of them distinct`}.${scored && ` Each distinct one was built and scored on ${batches} ${batches === 1 ? "minibatch" : "minibatches"}; a validation score is the sum, and the largest wins.`}</p>
${plot && markup`<figure><div class="wide" tabindex="0">${plot}</div></figure>`}
<div class="wide" tabindex="0"><table>
<thead><tr><th>Proposal</th><th>Architecture</th><th class="number">Times</th>${scored && markup`<th class="number">Validation score</th>`}<th></th></tr></thead>
<tbody>${candidates.map(
    (c) =>
      markup`<tr${c.isAnswer && raw(' class="answer"')}><td>${c.proposals.join(", ")}</td><td class="grow"><code>${breakable(c.architecture)}</code></td><td class="number">${c.proposals.length}</td>${scored && markup`<td class="number">${c.validation === undefined ? "–" : formatScore(c.validation.score)}</td>`}<td>${c.isAnswer && "chosen"}</td></tr>`,
  )}</tbody>
</table></div>`;
}

/** Long texts without spaces may break where a node's part ends: `|op~0|+|op~0|op~1|`. */
export function breakable(architecture: string): Markup {
  const [first = "", ...rest] = architecture.split("+");
  return markup`${first}${rest.map((part) => markup`+<wbr>${part}`)}`;
}
