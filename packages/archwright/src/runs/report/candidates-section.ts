/** The part of the report that shows what a proxy-guided search evaluated, and what is worth its cost. */
import type { SearchEvent } from "../../search/events.ts";
import { taskText } from "../../spaces/architecture-space.ts";
import {
  type CostAxis,
  costAxes,
  knownFitness,
  paretoFront,
  type RankedCandidate,
  rankedCandidates,
} from "./candidates.ts";
import { frontPlot, progressPlot } from "./front-plot.ts";
import type { RunFile } from "./inputs.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { formatCount, formatLarge, formatScore } from "./numbers.ts";
import { breakable } from "./proposals-section.ts";

/** Nothing for a run without candidates. */
export function candidatesSection(run: RunFile, events: readonly SearchEvent[]): Markup | undefined {
  const evaluated = events.filter(({ type }) => type === "candidate").length;
  if (evaluated === 0) return undefined;
  const fitness = knownFitness(run.settings);
  if (fitness === undefined) {
    return markup`<section>
<h2>Candidates</h2>
<p>The search evaluated ${formatCount(evaluated)} candidates. This version does not know their fitness, ${String(run.settings.fitness)}.</p>
</section>`;
  }
  const candidates = rankedCandidates(events, fitness);
  const distinct = new Set(candidates.map(({ architecture }) => architecture)).size;
  const unscored = candidates.filter((candidate) => !Number.isFinite(candidate.fitness)).length;
  const axes = costAxes.filter(({ cost }) => candidates.some((candidate) => cost(candidate) !== undefined));
  const front = unionOfFronts(candidates, axes);
  const rule = fitness.single
    ? `Fitness is ${fitness.label}: larger is better.`
    : `Fitness is ${fitness.label}, from the ranks of ${fitness.members.join(", ")} among all candidates: larger is better.`;
  return markup`<section>
<h2>Pareto front</h2>
<p>The search evaluated ${formatCount(evaluated)} candidates${distinct < evaluated && `, ${formatCount(distinct)} of them distinct`}. ${rule}${unscored > 0 && ` ${formatCount(unscored)} without a finite fitness are not drawn.`} A candidate is on a front, drawn as steps, if none that costs as much or less is as fit. The ring is the answer.${run.task && ` Costs are counted for ${taskText(run.task)}.`}</p>
<div class="fronts">${axes.map((axis) => frontPlot(candidates, axis, fitness.label))}${fitness.single && progressPlot(candidates, fitness.label)}</div>
${front.length > 0 && frontTable(front, axes)}
</section>`;
}

/** Every candidate on one of the fronts, once, in the order of parameters. */
function unionOfFronts(candidates: readonly RankedCandidate[], axes: readonly CostAxis[]): RankedCandidate[] {
  const all = new Map(axes.flatMap((axis) => paretoFront(candidates, axis)).map((each) => [each.architecture, each]));
  return [...all.values()].toSorted((a, b) => a.parameters - b.parameters || a.fitness - b.fitness);
}

function frontTable(front: readonly RankedCandidate[], axes: readonly CostAxis[]): Markup {
  const measured = axes.length > 2;
  return markup`<h3>On a front</h3>
<div class="wide" tabindex="0"><table class="front">
<thead><tr><th class="number">Candidate</th><th>Architecture</th><th class="number">Parameters</th><th class="number">Multiply-adds</th>${measured && markup`<th class="number">Latency, ms</th>`}<th class="number">Fitness</th><th></th></tr></thead>
<tbody>${front.map(
    (c) =>
      markup`<tr${c.isAnswer && raw(' class="answer"')}><td class="number">${c.index}</td><td class="grow"><code>${breakable(c.architecture)}</code></td><td class="number" title="${formatCount(c.parameters)}">${formatLarge(c.parameters)}</td><td class="number" title="${formatCount(c.macs)}">${formatLarge(c.macs)}</td>${measured && markup`<td class="number">${c.latency?.toFixed(2) ?? "–"}</td>`}<td class="number">${formatScore(c.fitness)}</td><td>${c.isAnswer && "answer"}</td></tr>`,
  )}</tbody>
</table></div>`;
}
