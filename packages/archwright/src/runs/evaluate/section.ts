/** The part of a page that shows how good a model is: accuracy, classes, confusions, mistakes, calibration, speed. */
import { wilsonInterval } from "../../statistics/classification.ts";
import { type Markup, markup, raw } from "../report/markup.ts";
import { formatCount, formatLarge } from "../report/numbers.ts";
import type { EvaluationFile } from "./evaluation-file.ts";

export const evaluationStyle = `
.mistakes{display:flex;flex-wrap:wrap;gap:14px}
.mistakes figure{margin:0;width:112px;font-size:13px}
.mistakes img{width:96px;height:96px;image-rendering:pixelated;border:1px solid var(--rule);border-radius:6px;display:block}
.confusion td,.confusion th{padding:3px 7px;text-align:right;font-size:12.5px}
.confusion td{border:1px solid var(--rule);min-width:34px}
.confusion td.right{font-weight:600}
.bar{display:inline-block;height:9px;background:var(--accent);border-radius:2px}`;

/** More classes than this make a matrix that nobody reads; the table of confusions says the rest. */
const MOST_IN_MATRIX = 30;
const MOST_CONFUSIONS = 12;

export function evaluationSection(evaluation: EvaluationFile): Markup {
  const { overall, data, weights, speed, parameters, macs } = evaluation;
  const [low, high] = overall.interval;
  return markup`<section>
<h2>How good it is</h2>
<p>On ${formatCount(overall.images)} images that it was not trained on (${data}), with its ${weights} weights: <strong>${percent(overall.accuracy)} are right</strong>, 95 % interval ${percent(low)} to ${percent(high)}.</p>
<dl class="facts">
<div><dt>Accuracy</dt><dd>${percent(overall.accuracy)}</dd></div>
<div><dt>Loss</dt><dd>${overall.loss.toFixed(4)}</dd></div>
<div><dt>Calibration error</dt><dd>${percent(overall.calibrationError)}</dd></div>
<div title="${formatCount(parameters)}"><dt>Parameters</dt><dd>${formatLarge(parameters)}</dd></div>
<div title="${formatCount(macs)}"><dt>Multiply-adds</dt><dd>${formatLarge(macs)}</dd></div>
<div><dt>One image (${speed.device})</dt><dd>${speed.latency.toFixed(1)} ms</dd></div>
<div><dt>Batches of ${speed.batch}</dt><dd>${speed.throughput.toFixed(0)} images/s</dd></div>
</dl>
<h3>Class by class</h3>
${classTable(evaluation)}
${confusions(evaluation)}
${mistakes(evaluation)}
<h3>Calibration</h3>
<p>Of the images that it is so sure of, so many are right. A bar of confidence longer than that of accuracy is a model too sure of itself.</p>
${calibrationTable(evaluation)}
</section>`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Found: the share of a class's images that it recognizes; right: the share of what it calls so that is. */
function classTable({ classes, confusion }: EvaluationFile): Markup {
  const rows = classes.map((name, k) => {
    const own = confusion[k] as number[];
    const images = own.reduce((a, b) => a + b, 0);
    const called = confusion.reduce((sum, row) => sum + (row[k] as number), 0);
    const right = own[k] as number;
    const [low, high] = wilsonInterval(right, images);
    const found = images === 0 ? "–" : percent(right / images);
    const interval = images === 0 ? "–" : `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
    return markup`<tr><th scope="row">${name}</th><td class="number">${formatCount(images)}</td><td class="number">${found}</td><td class="number">${interval}</td><td class="number">${called === 0 ? "–" : percent(right / called)}</td></tr>`;
  });
  return markup`<div class="wide" tabindex="0"><table>
<thead><tr><th>Class</th><th class="number">Images</th><th class="number">Found (recall)</th><th class="number">95 %</th><th class="number">Right when named (precision)</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function confusions({ classes, confusion }: EvaluationFile): Markup {
  const pairs = confusion
    .flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })))
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_CONFUSIONS);
  const often = pairs.map(
    ({ actual, predicted, count }) =>
      markup`<tr><td>${classes[actual]}</td><td>${classes[predicted]}</td><td class="number">${formatCount(count)}</td></tr>`,
  );
  return markup`<h3>What it takes for what</h3>
${pairs.length === 0 ? markup`<p>It made no mistake.</p>` : markup`<table><thead><tr><th>Is</th><th>Was called</th><th class="number">Images</th></tr></thead><tbody>${often}</tbody></table>`}
${classes.length <= MOST_IN_MATRIX && matrix(classes, confusion)}`;
}

function matrix(classes: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const cell = (row: readonly number[], actual: number) => {
    const total = Math.max(
      1,
      row.reduce((a, b) => a + b, 0),
    );
    return row.map((count, predicted) => {
      const shade = Math.round((70 * count) / total);
      return markup`<td${actual === predicted && raw(' class="right"')} style="background:color-mix(in srgb,var(${actual === predicted ? "--good" : "--bad"}) ${shade}%,transparent)">${count === 0 ? "" : count}</td>`;
    });
  };
  return markup`<details><summary>Confusion matrix<span class="quiet">rows: what an image is; columns: what it was called</span></summary>
<div class="inside wide" tabindex="0"><table class="confusion">
<thead><tr><th></th>${classes.map((name) => markup`<th>${name}</th>`)}</tr></thead>
<tbody>${confusion.map((row, k) => markup`<tr><th scope="row">${classes[k]}</th>${cell(row, k)}</tr>`)}</tbody></table></div></details>`;
}

function mistakes({ classes, mistakes: shown }: EvaluationFile): Markup | undefined {
  if (shown.length === 0) return undefined;
  return markup`<h3>Its worst mistakes</h3>
<p>Those it was surest of.</p>
<div class="mistakes">${shown.map(
    ({ index, actual, predicted, probability, png }) =>
      markup`<figure><img alt="image ${index}" src="data:image/png;base64,${png}"><strong>${classes[actual]}</strong>, called ${classes[predicted]} (${(100 * probability).toFixed(0)} %)</figure>`,
  )}</div>`;
}

function calibrationTable({ calibration }: EvaluationFile): Markup {
  const bar = (share: number) =>
    markup`<span class="bar" style="width:${(120 * share).toFixed(0)}px"></span> ${percent(share)}`;
  const rows = calibration.filter(({ count }) => count > 0);
  return markup`<table><thead><tr><th class="number">Confidence</th><th class="number">Images</th><th>Mean confidence</th><th>Accuracy</th></tr></thead>
<tbody>${rows.map(
    ({ from, to, count, accuracy, confidence }) =>
      markup`<tr><td class="number">${(100 * from).toFixed(0)} to ${(100 * to).toFixed(0)} %</td><td class="number">${formatCount(count)}</td><td>${bar(confidence)}</td><td>${bar(accuracy)}</td></tr>`,
  )}</tbody></table>`;
}
