/** The page of a fit, for people who do not know the field: how good, on which images wrong, how large, how fast, how to use it. */
import { ArchwrightError } from "../../errors.ts";
import { type EvaluationFile, readEvaluation } from "../evaluate/evaluation-file.ts";
import { evaluationStyle } from "../evaluate/section.ts";
import type { ExportResult } from "../export/perform-export.ts";
import { replaceFile } from "../files.ts";
import { modelFolder } from "../model/model-folder.ts";
import { documentText } from "../report/document.ts";
import { type Markup, markup } from "../report/markup.ts";
import { formatCount, formatDuration, formatLarge } from "../report/numbers.ts";
import { shellWord } from "../search-request.ts";
import { type FitFile, fitPaths } from "./fit-file.ts";
import { TEST_SHARE } from "./split-folder.ts";

export function writeFitPage(directory: string, file: FitFile, exported: ExportResult): void {
  const evaluation = readEvaluation(modelFolder(fitPaths(directory).train));
  if (evaluation === undefined) throw new ArchwrightError("run", `${directory} holds no evaluation; train again`);
  const main = markup`<header>
<p class="kicker">Archwright fit</p>
<h1>A model for ${file.request.data.replace(/^folder:.*\//, "")}</h1>
<p class="meta">${formatCount(file.seen.classes.length)} kinds of images · made in ${formatDuration(file.elapsedSeconds)} on this machine</p>
</header>
${howGood(evaluation, file)}
${wrong(evaluation)}
${sizeAndSpeed(evaluation, exported)}
${usage(directory)}
${choices(file)}
<footer><p>More for those who know the field: <a href="train/report.html">the training</a>, <a href="search/report.html">the search</a>, fit.json beside this page.</p></footer>`;
  const text = documentText({ title: "A model made by Archwright", style: evaluationStyle, images: true, main });
  replaceFile(fitPaths(directory).page, text);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function howGood({ overall, classes, confusion }: EvaluationFile, { seen }: FitFile): Markup {
  const [low, high] = overall.interval;
  const counts = classes.map((name, k) => {
    const own = confusion[k] as number[];
    const images = own.reduce((a, b) => a + b, 0);
    return { name, images, share: images === 0 ? 0 : (own[k] as number) / images };
  });
  const sorted = counts.filter(({ images }) => images > 0).sort((a, b) => a.share - b.share);
  const [worst] = sorted;
  const largest = Math.max(...counts.map(({ images }) => images)) / overall.images;
  const origin = seen.setAside
    ? `set aside before anything else (${percent(TEST_SHARE)} of each kind)`
    : "that came with the set for this purpose";
  return markup`<section>
<h2>How good it is</h2>
<p><strong>It names ${percent(overall.accuracy)} of images rightly</strong> that it has never seen: ${formatCount(Math.round(overall.accuracy * overall.images))} of ${formatCount(overall.images)}, ${origin}. With other images of the same kind, expect between ${percent(low)} and ${percent(high)}. Always saying the most frequent kind would be right for ${percent(largest)}.</p>
${worst && markup`<p>It is weakest with <strong>${worst.name}</strong> (${percent(worst.share)} right) and best with <strong>${sorted.at(-1)?.name}</strong> (${percent(sorted.at(-1)?.share ?? 0)}).</p>`}
<table><thead><tr><th>Kind</th><th class="number">Images tested</th><th class="number">Right</th></tr></thead>
<tbody>${counts.map(({ name, images, share }) => markup`<tr><th scope="row">${name}</th><td class="number">${formatCount(images)}</td><td class="number">${images === 0 ? "–" : percent(share)}</td></tr>`)}</tbody></table>
${overall.accuracy < 0.9 && markup`<p class="notice" role="note"><strong>To make it better:</strong> more images of the kinds that it confuses help most; then more time (<code>--minutes</code>), and larger images (<code>--image-size</code>) where details matter. Look at the mistakes below first: some may be labelled wrongly.</p>`}
</section>`;
}

function wrong({ mistakes, classes }: EvaluationFile): Markup {
  if (mistakes.length === 0)
    return markup`<section><h2>Where it is wrong</h2><p>It made no mistake on these images.</p></section>`;
  return markup`<section><h2>Where it is wrong</h2>
<p>The mistakes that it was surest of:</p>
<div class="mistakes">${mistakes.map(
    ({ actual, predicted, probability, png }) =>
      markup`<figure><img alt="" src="data:image/png;base64,${png}">${classes[actual]}, called <strong>${classes[predicted]}</strong> (${(100 * probability).toFixed(0)} % sure)</figure>`,
  )}</div></section>`;
}

function sizeAndSpeed({ parameters, speed }: EvaluationFile, { bytes, agreement }: ExportResult): Markup {
  return markup`<section><h2>How large and how fast</h2>
<dl class="facts">
<div><dt>File (model.onnx)</dt><dd>${bytes === undefined ? "–" : `${(bytes / 1000).toFixed(0)} kB`}</dd></div>
<div><dt>Numbers learned</dt><dd>${formatLarge(parameters)}</dd></div>
<div><dt>One image, here</dt><dd>${speed.latency.toFixed(1)} ms</dd></div>
<div><dt>Many images, here</dt><dd>${speed.throughput.toFixed(0)} a second</dd></div>
</dl>
${agreement && markup`<p>The file was run on ${agreement.images} of the images and gives what the model gives (largest difference ${agreement.largest.toExponential(1)}).</p>`}
</section>`;
}

function usage(directory: string): Markup {
  const model = shellWord(directory);
  return markup`<section><h2>How to use it</h2>
<p>On the command line:</p><pre>archwright predict ${model} photo.jpg</pre>
<p>In a program, with onnxruntime (JavaScript, Python, C#, Java, C++, phones, browsers): <code>model.onnx</code> takes <code>pixels</code>, bytes [images, height, width, 3] of RGB pictures scaled to cover the square and cropped about the centre, and gives <code>probabilities</code>. The kinds' names are in its metadata under <code>classes</code>.</p>
<p>As a PyTorch program, or in 8-bit integers for small devices:</p><pre>archwright export ${model} --format pytorch
archwright export ${model} --format onnx --int8</pre></section>`;
}

function choices({ request, seen, imageSize, space, plan }: FitFile): Markup {
  const counts = seen.classes.map(({ images }) => images);
  const rows: [string, string, string][] = [
    [
      "Images tested on",
      seen.setAside
        ? `${formatCount(seen.test)}, drawn with seed ${request.seed}`
        : `${formatCount(seen.test)}, the set's own`,
      "a folder `test` beside `train`, --seed",
    ],
    ["Size of images", `${imageSize} pixels (the middle image has ${seen.side})`, "--image-size"],
    [
      "Kinds",
      `${formatCount(counts.length)}, of ${formatCount(Math.min(...counts))} to ${formatCount(Math.max(...counts))} images${plan?.balanced ? "; rare ones count more in training" : ""}`,
      "--set classWeights=none or balanced",
    ],
    ["Kind of network", `cells of ${space}, found by zero-cost-pt`, "--space"],
    ...(plan === undefined
      ? []
      : ([
          [
            "Size of network",
            `${plan.size.channels} channels, ${plan.size.cells} cells: the largest within the limits that can be trained in the time`,
            "--max-params, --max-macs, --max-latency, --minutes",
          ],
          [
            "Training",
            `${plan.epochs} rounds through the images, ${plan.batch} at a time`,
            "--minutes, --set epochs=N, --set batch=N",
          ],
        ] as [string, string, string][])),
    [
      "Mirrored images",
      "yes, in training: a mirrored image is taken for the same kind",
      "--set augmentation.flip=false, for letters and the like",
    ],
    ["Time", `${request.minutes} minutes, about`, "--minutes"],
  ];
  return markup`<section><h2>What was chosen</h2>
<div class="wide" tabindex="0"><table><thead><tr><th>What</th><th>Choice</th><th>To change it</th></tr></thead>
<tbody>${rows.map(([what, choice, option]) => markup`<tr><th scope="row">${what}</th><td>${choice}</td><td>${option}</td></tr>`)}</tbody></table></div>
${plan && markup`<details><summary>The architecture</summary><div class="inside"><pre>${plan.architecture}</pre></div></details>`}</section>`;
}
