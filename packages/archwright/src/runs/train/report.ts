/** `report.html` of a training: curves while it runs, and how good the network is once it is trained. */

import { type ArchitectureSpace, cellsOf, cellTemplates } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { TrainedEpoch } from "../../training/networks/events.ts";
import { readEvaluation } from "../evaluate/evaluation-file.ts";
import { evaluationSection, evaluationStyle } from "../evaluate/section.ts";
import { replaceFile } from "../files.ts";
import { modelFolder } from "../model/model-folder.ts";
import { cellFigures } from "../report/cell-figures.ts";
import { type Chart, chartFigure, chartSize, type Line, lineStyles } from "../report/curves.ts";
import { documentText } from "../report/document.ts";
import { type Markup, markup } from "../report/markup.ts";
import { notesList } from "../report/notes.ts";
import { formatCount, formatDuration, formatLarge } from "../report/numbers.ts";
import { repeatSection, settingsSection } from "../report/request-sections.ts";
import { thinned } from "../report/training.ts";
import { readEpochs } from "./epochs.ts";
import { readTrainFile, type TrainFile, trainPaths } from "./train-file.ts";

/** A page of a training that goes on loads itself anew after so many seconds. */
const RELOAD_SECONDS = 15;
const MOST_POINTS = 300;

/** Writes the page from what the directory holds. */
export function writeTrainingReport(directory: string): void {
  const file = readTrainFile(directory);
  const epochs = readEpochs(directory);
  const evaluation = file.status === "running" ? undefined : readEvaluation(modelFolder(directory));
  const { space, seed, data, device } = file.request;
  const title = `${space} · training · seed ${seed}`;
  const main = markup`<header>
<p class="kicker">Archwright training</p>
<h1>${title} <span class="state ${file.status}">${file.status}</span></h1>
<p class="meta">Images: ${data} · ${file.imageSize}×${file.imageSize} pixels · device: ${device} · ran ${formatDuration(file.elapsedSeconds)}</p>
${notice(file, epochs)}
${notesList(file.notes)}
</header>
${evaluation && evaluationSection(evaluation)}
${curves(epochs)}
${network(file)}
${settingsSection(file.settings)}
${repeatSection(file)}
<footer><p>Made from train.json, events.jsonl and the model's evaluation.json beside this page.</p></footer>`;
  const text = documentText({
    title: `${title} – Archwright training`,
    style: evaluationStyle,
    images: true,
    ...(file.status === "running" ? { reloadSeconds: RELOAD_SECONDS } : {}),
    main,
  });
  replaceFile(trainPaths(directory).report, text);
}

function notice(
  { status, error, elapsedSeconds, settings }: TrainFile,
  epochs: readonly TrainedEpoch[],
): Markup | undefined {
  if (status === "finished") return undefined;
  if (status === "failed") {
    return markup`<p class="notice failed" role="status"><strong>This training failed after ${formatDuration(elapsedSeconds)}:</strong> ${error ?? ""}</p>`;
  }
  const total = Number(settings.epochs);
  const left = epochs.length === 0 ? undefined : (elapsedSeconds / epochs.length) * (total - epochs.length);
  const rest = left === undefined ? "" : `; about ${formatDuration(left)} of training are left`;
  const what = status === "running" ? "goes on" : "was interrupted";
  return markup`<p class="notice" role="status"><strong>This training ${what}:</strong> ${epochs.length} of ${total} epochs done${rest}.</p>`;
}

function curves(all: readonly TrainedEpoch[]): Markup | undefined {
  const epochs = thinned(all, MOST_POINTS);
  if (epochs.length === 0) return undefined;
  const halves = (value: (metrics: TrainedEpoch["train"]) => number): Line[] => [
    { name: "training", ...lineStyles[0], values: epochs.map(({ train }) => value(train)) } as Line,
    ...(epochs.some(({ validation }) => validation)
      ? [
          {
            name: "held out",
            ...lineStyles[1],
            values: epochs.map(({ validation }) => validation && value(validation)),
          } as Line,
        ]
      : []),
  ];
  const one = (value: (epoch: TrainedEpoch) => number): Line[] => [
    { name: "", ...lineStyles[0], values: epochs.map(value) } as Line,
  ];
  const charts: Pick<Chart, "title" | "unit" | "lines">[] = [
    { title: "Loss", lines: halves(({ loss }) => loss) },
    { title: "Accuracy", unit: "%", lines: halves(({ accuracy }) => 100 * accuracy) },
    { title: "Learning rate", lines: one(({ learningRate }) => learningRate) },
    { title: "Gradient norm before clipping", lines: one(({ gradientNorm }) => gradientNorm) },
  ];
  const best = all.findLast((epoch) => epoch.best);
  return markup`<section><h2>Training</h2>
${best?.validation && markup`<p>Best on the images held out: ${(100 * best.validation.accuracy).toFixed(2)} % in epoch ${best.epoch + 1}.</p>`}
<div class="charts">${charts.map((chart) =>
    chartFigure({ ...chart, epochs: epochs.map(({ epoch }) => epoch + 1), shaded: [], size: chartSize } as Chart),
  )}</div>
<p class="quiet">Training values are means over an epoch's steps, on augmented images; the images held out come as they are.</p></section>`;
}

function network({ request, parameters, macs, images }: TrainFile): Markup {
  const space: ArchitectureSpace = findArchitectureSpace(request.space);
  const cells = cellsOf(space, space.parse(request.architecture));
  return markup`<section><h2>The network</h2>
<pre>${request.architecture}</pre>
<dl class="facts">
<div title="${formatCount(parameters)}"><dt>Parameters</dt><dd>${formatLarge(parameters)}</dd></div>
<div title="${formatCount(macs)}"><dt>Multiply-adds</dt><dd>${formatLarge(macs)}</dd></div>
<div><dt>Images trained on</dt><dd>${formatCount(images.train)}</dd></div>
${images.validation > 0 && markup`<div><dt>Held out</dt><dd>${formatCount(images.validation)}</dd></div>`}
${images.test > 0 && markup`<div><dt>Kept for the test</dt><dd>${formatCount(images.test)}</dd></div>`}
</dl>
${cells && cellFigures(cellTemplates(space), cells)}</section>`;
}
