/** A whole evaluation in the calling thread: finds the images, evaluates, writes the page. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Dataset, ImageSet } from "../../data/dataset.ts";
import { ArchwrightError } from "../../errors.ts";
import type { Note } from "../../notes.ts";
import { replaceFile } from "../files.ts";
import type { WeightsName } from "../model/model-folder.ts";
import { documentText } from "../report/document.ts";
import { markup } from "../report/markup.ts";
import type { Teller, ThreadTask } from "../thread.ts";
import { trainPaths } from "../train/train-file.ts";
import type { EvaluationFile } from "./evaluation-file.ts";
import { evaluationSection, evaluationStyle } from "./section.ts";

export interface EvaluationRequest {
  /** Directory of a training, or a model's folder. */
  readonly model: string;
  /** As `--data` takes it. @default the test images of what it was trained on */
  readonly data?: string;
  /** @default "best" where images were held out, else "last" */
  readonly weights?: WeightsName;
  /** @default "cpu" */
  readonly device?: string;
  /** Fetch CIFAR into its directory if no batch is there. @default false */
  readonly download?: boolean;
}

/** Told when the images are open. */
export interface EvaluationOpened {
  readonly notes: readonly Note[];
}

export interface EvaluationResult {
  readonly status: "finished" | "interrupted";
  readonly evaluation?: EvaluationFile;
  /** The page that shows it. */
  readonly report?: string;
}

export async function performEvaluation(
  { start }: ThreadTask<EvaluationRequest>,
  { opened: tellOpened, progress, stopRequested }: Teller<EvaluationOpened, never>,
): Promise<EvaluationResult> {
  const { model, data, weights, device = "cpu", download = false } = start;
  const { openModel } = await import("../model/model-folder.ts");
  const opened = openModel(model, weights === undefined ? {} : { weights });
  opened.network.dispose();
  const { file, folder } = opened;
  const asked = data ?? file.data;
  progress({ done: 0, label: `opening ${asked}` });
  const { openDataset } = await import("../../data/open.ts");
  const dataset = await openDataset(asked, { size: file.imageSize, channels: 3, download, onProgress: progress });
  tellOpened({ notes: dataset.notes });
  const images = relabelled(imagesOf(dataset, data, asked), dataset.classes, file.classes, asked);
  const { evaluateModel } = await import("./evaluate-model.ts");
  const evaluation = await evaluateModel({
    model,
    images,
    data: dataset.test === undefined ? asked : `${asked}, test images`,
    device,
    onProgress: progress,
    stopRequested,
    ...(weights === undefined ? {} : { weights }),
  });
  if (evaluation === undefined) return { status: "interrupted" };
  return { status: "finished", evaluation, report: await writePage(folder, evaluation) };
}

/** The test images; where there are none, all of a set that was named for the evaluation, since it is another than the training's. */
function imagesOf({ test, train }: Dataset, given: string | undefined, asked: string): ImageSet {
  if (test !== undefined) return test;
  if (given !== undefined) return train;
  throw new ArchwrightError(
    "data",
    `${asked} has no test images, and the model has seen the others; give images it has not seen with --data`,
  );
}

/** Labels as the model's outputs are numbered, by the names of the classes. */
function relabelled(images: ImageSet, given: readonly string[], wanted: readonly string[], data: string): ImageSet {
  const places = given.map((name) => wanted.indexOf(name));
  const unknown = places.indexOf(-1);
  if (unknown >= 0) {
    throw new ArchwrightError(
      "data",
      `${data} has the class "${given[unknown]}", which the model does not know (it knows ${wanted.slice(0, 12).join(", ")}${wanted.length > 12 ? ", ..." : ""})`,
      { details: { given, wanted } },
    );
  }
  return { ...images, labels: Uint16Array.from(images.labels, (label) => places[label] as number) };
}

/** The page beside the model; a training's own report shows the same from then on. */
async function writePage(folder: string, evaluation: EvaluationFile): Promise<string> {
  const directory = dirname(folder);
  if (basename(folder) === "model" && existsSync(trainPaths(directory).train)) {
    const { writeTrainingReport } = await import("../train/report.ts");
    writeTrainingReport(directory);
  }
  const path = join(folder, "evaluation.html");
  const main = markup`<header><p class="kicker">Archwright evaluation</p><h1>${folder}</h1></header>${evaluationSection(evaluation)}`;
  replaceFile(path, documentText({ title: "Archwright evaluation", style: evaluationStyle, images: true, main }));
  return path;
}
