/** A whole training in the calling thread: opens or resumes it, drives it, keeps its model, and evaluates it. */

import { performance } from "node:perf_hooks";
import type { Note } from "../../notes.ts";
import type { TrainedEpoch } from "../../training/networks/events.ts";
import { restored, stepUntilDone } from "../drive.ts";
import { type EvaluationFile, readEvaluation } from "../evaluate/evaluation-file.ts";
import { modelFolder } from "../model/model-folder.ts";
import type { Teller, ThreadTask } from "../thread.ts";
import { readEpochs } from "./epochs.ts";
import type { OpenTraining } from "./open-training.ts";
import type { TrainRequest } from "./request.ts";
import { readTrainFile, type TrainFile, trainPaths, writeTrainFile } from "./train-file.ts";

/** What a training begins from. */
export type TrainStart = { readonly request: TrainRequest } | { readonly resume: string };

export interface TrainOpened {
  readonly directory: string;
  readonly file: TrainFile;
  readonly notes: readonly Note[];
}

/** How a training ended. */
export interface TrainResult {
  readonly status: "finished" | "interrupted";
  /** Absent where it was stopped before there was one. */
  readonly directory?: string;
  readonly report?: string;
  readonly parameters?: number;
  readonly macs?: number;
  /** Of the images held out, by the best weights. */
  readonly validation?: { readonly accuracy: number; readonly epoch: number };
  /** Of the test images, by the weights that `evaluate` takes; absent where there are none. */
  readonly test?: EvaluationFile["overall"];
  /** Summed over resumes. */
  readonly elapsedSeconds: number;
}

/** Seconds between rewrites of the report, at least. */
const REPORT_SECONDS = 10;

export async function performTraining(
  task: ThreadTask<TrainStart>,
  tell: Teller<TrainOpened, TrainedEpoch>,
): Promise<TrainResult> {
  if ("resume" in task.start && readTrainFile(task.start.resume).status === "finished") {
    return resultOf(task.start.resume);
  }
  const { newTraining, resumeTraining } = await import("./open-training.ts");
  const hooks = { onProgress: tell.progress, stopRequested: tell.stopRequested };
  const open =
    "resume" in task.start
      ? await resumeTraining(task.start.resume, hooks)
      : await newTraining(task.start.request, hooks);
  if (open === undefined) return { status: "interrupted", elapsedSeconds: 0 };
  try {
    tell.opened({ directory: open.directory, file: open.file, notes: open.notes });
    await driveTraining(open, tell, task.checkpointSeconds);
    return resultOf(open.directory);
  } finally {
    open.close();
  }
}

/** An error is recorded in train.json and thrown on; the last checkpoint stays. */
async function driveTraining(
  open: OpenTraining,
  tell: Teller<TrainOpened, TrainedEpoch>,
  checkpointSeconds: number | undefined,
): Promise<void> {
  const { directory, trainer } = open;
  const log = restored(directory, trainer);
  const started = performance.now();
  const state = (status: TrainFile["status"], error?: string): TrainFile => {
    const { error: _, ...file } = open.file;
    const elapsedSeconds = file.elapsedSeconds + Math.round(performance.now() - started) / 1000;
    return { ...file, status, elapsedSeconds, ...(error === undefined ? {} : { error }) };
  };
  const report = await reporter(directory);
  try {
    writeTrainFile(directory, state("running"));
    const stopped = await stepUntilDone(
      {
        directory,
        machine: trainer,
        stopRequested: tell.stopRequested,
        onProgress: tell.progress,
        onEvents: tell.events,
        onCheckpoint: () => {
          writeTrainFile(directory, state("running"));
          report.soon();
        },
        ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
      },
      log,
    );
    await keepModel(open);
    if (!stopped) await evaluate(open, tell);
    writeTrainFile(directory, state(stopped ? "interrupted" : "finished"));
    report.now();
  } catch (error) {
    recordFailure(directory, state("failed", error instanceof Error ? error.message : String(error)));
    throw error;
  } finally {
    log.close();
  }
}

/** Rewrites the report, not too often. Its plotting library takes a second to load. */
async function reporter(directory: string) {
  const { writeTrainingReport } = await import("./report.ts");
  let last = Number.NEGATIVE_INFINITY;
  const now = (): void => {
    writeTrainingReport(directory);
    last = performance.now();
  };
  const soon = (): void => {
    if (performance.now() - last >= REPORT_SECONDS * 1000) now();
  };
  return { now, soon };
}

async function keepModel({ directory, file, description, trainer, network }: OpenTraining): Promise<void> {
  const { writeModel } = await import("../model/model-folder.ts");
  const { epochsDone, best } = trainer;
  const { data } = file.request;
  writeModel(modelFolder(directory), { description, data, epochs: epochsDone, last: network.state(), best });
}

/** On images that had no part in the training, where there are any. */
async function evaluate(
  { directory, test, file }: OpenTraining,
  tell: Teller<TrainOpened, TrainedEpoch>,
): Promise<void> {
  if (test === undefined) return;
  const { evaluateModel } = await import("../evaluate/evaluate-model.ts");
  await evaluateModel({
    model: directory,
    images: test,
    data: `${file.request.data}, test images`,
    device: file.request.device,
    onProgress: tell.progress,
  });
}

function resultOf(directory: string): TrainResult {
  const { status, parameters, macs, elapsedSeconds } = readTrainFile(directory);
  const common = { directory, report: trainPaths(directory).report, elapsedSeconds };
  if (status !== "finished") return { status: "interrupted", ...common };
  const validation = bestValidation(directory);
  const test = readEvaluation(modelFolder(directory))?.overall;
  return {
    status: "finished",
    ...common,
    parameters,
    macs,
    ...(validation === undefined ? {} : { validation }),
    ...(test === undefined ? {} : { test }),
  };
}

function bestValidation(directory: string): TrainResult["validation"] {
  const best = readEpochs(directory).findLast((event) => event.best);
  return best?.validation && { accuracy: best.validation.accuracy, epoch: best.epoch };
}

/** The failure itself is what gets reported, so one to record it (on a full disk, say) is left out. */
function recordFailure(directory: string, file: TrainFile): void {
  try {
    writeTrainFile(directory, file);
  } catch {
    // train.json still says "running", as after a kill.
  }
}
