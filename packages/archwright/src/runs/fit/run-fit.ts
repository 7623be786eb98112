/** From images to a tested model: looks, searches, sizes, trains, evaluates, exports, and writes one page. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { ArchwrightError } from "../../errors.ts";
import type { Progress } from "../drive.ts";
import type { EvaluationFile } from "../evaluate/evaluation-file.ts";
import type { ExportResult } from "../export/perform-export.ts";
import { exportModel } from "../export/run-export.ts";
import { makeParents, writeFailure } from "../files.ts";
import { readArchitectureFile, runPaths } from "../run-directory.ts";
import { lockRun } from "../run-lock.ts";
import { resumeSearch, runSearch } from "../run-search.ts";
import { absoluteData, checkSeed, shellWord } from "../search-request.ts";
import { besideModule, inThread } from "../thread.ts";
import type { TrainResult } from "../train/perform-training.ts";
import { resumeTrainingIn, trainNetwork } from "../train/run-training.ts";
import { trainPaths } from "../train/train-file.ts";
import { chooseImageSize, chooseSpace, fitSpace, isUnbalanced } from "./choose.ts";
import { type FitFile, type FitPlan, fitPaths, readFitFile, writeFitFile } from "./fit-file.ts";
import { look } from "./look.ts";
import type { SizingTask } from "./perform-sizing.ts";

export interface FitRequest {
  /** As `--data` takes it; images are set aside for the test where a folder has none. */
  readonly data: string;
  /** Time for everything, about. @default 30 */
  readonly minutes?: number;
  /** The directory to make. @default "model" */
  readonly out?: string;
  readonly seed?: number;
  /** A space of cells. @default by the size of the images */
  readonly space?: string;
  /** Pixels along a side. @default by the size of the images */
  readonly imageSize?: number;
  readonly maxParams?: number;
  readonly maxMacs?: number;
  /** Milliseconds for one image on this machine. */
  readonly maxLatency?: number;
  /** Hyperparameters of the training. */
  readonly set?: Readonly<Record<string, unknown>>;
}

export interface FitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Told what is done next, in words. */
  readonly onStage?: (stage: string) => void;
}

export interface FitResult {
  readonly status: "finished" | "interrupted";
  readonly directory: string;
  readonly page?: string;
  readonly onnx?: string;
  readonly plan?: FitPlan;
  /** On the test images. */
  readonly test?: EvaluationFile["overall"];
  readonly elapsedSeconds: number;
}

/** Share of the time that searching may take from the training: a slow search is made up for by a longer fit. */
const LONGEST_SEARCH_SHARE = 0.25;
/** Within fewer minutes than this the search makes a single proposal. */
const SHORT = 10;

/**
 * Throws {@link ArchwrightError}: `usage` for limits that no network keeps, `data` for images that cannot be used, `run` for a
 * directory that is not empty.
 *
 * @example
 * ```ts
 * import { fit } from "archwright";
 *
 * const { test, onnx } = await fit({ data: "folder:photos", minutes: 20, maxParams: 100_000 });
 * console.log(test?.accuracy, onnx);
 * ```
 */
export async function fit(request: FitRequest, options: FitOptions = {}): Promise<FitResult> {
  const { data, minutes = 30, out = "model", set = {} } = request;
  if (!(minutes > 0)) throw new ArchwrightError("usage", `--minutes must be above 0, not ${minutes}`);
  const seed = checkSeed(request.seed ?? 0);
  if (request.space !== undefined) fitSpace(request.space);
  const began = performance.now();
  makeDirectory(out);
  const paths = fitPaths(out);
  options.onStage?.("looking at the images");
  const seen = await look(data, paths.images, seed);
  const imageSize = request.imageSize ?? chooseImageSize(seen.side, minutes);
  const optional = ["space", "imageSize", "maxParams", "maxMacs", "maxLatency"] as const;
  const file: FitFile = {
    format: 1,
    status: "running",
    request: {
      data: absoluteData(data),
      minutes,
      seed,
      ...Object.fromEntries(optional.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]]))),
      set,
    },
    seen,
    imageSize,
    space: fitSpace(request.space ?? chooseSpace(imageSize)).name,
    elapsedSeconds: (performance.now() - began) / 1000,
  };
  writeFitFile(out, file);
  return proceed(out, options);
}

/** Continues a fit that was stopped or killed; a finished one only gives its result again. */
export async function resumeFit(directory: string, options: FitOptions = {}): Promise<FitResult> {
  readFitFile(directory);
  return proceed(directory, options);
}

function makeDirectory(out: string): void {
  if (existsSync(fitPaths(out).fit)) {
    throw new ArchwrightError(
      "run",
      `${out} already holds a fit; continue it with \`archwright fit --resume ${shellWord(out)}\`, or choose another --out`,
    );
  }
  if (existsSync(out) && readdirSync(out).some((name) => name !== "images")) {
    throw new ArchwrightError("run", `${out} exists and is not empty; choose another --out`);
  }
  makeParents(out);
  try {
    mkdirSync(out, { recursive: true });
  } catch (cause) {
    throw writeFailure(out, cause);
  }
}

/** Every stage that is not done yet. Each leaves a directory of its own, which a kill does not harm. */
async function proceed(directory: string, options: FitOptions): Promise<FitResult> {
  const unlock = lockRun(directory);
  const began = performance.now();
  let file = readFitFile(directory);
  const before = file.elapsedSeconds;
  const keep = (changed: Partial<FitFile>): void => {
    file = { ...file, ...changed, elapsedSeconds: before + Math.round(performance.now() - began) / 1000 };
    writeFitFile(directory, file);
  };
  const interrupted = (): FitResult => {
    keep({});
    return { status: "interrupted", directory, elapsedSeconds: file.elapsedSeconds };
  };
  try {
    const architecture = await searched(directory, file, options);
    if (architecture === undefined) return interrupted();
    keep({});
    if (file.plan === undefined) keep({ plan: await sized(file, architecture, options) });
    const trained = await train(directory, file, options);
    if (trained.status === "interrupted") return interrupted();
    keep({});
    const exported = await exportOnce(directory, options);
    if (exported.status === "interrupted") return interrupted();
    keep({ status: "finished" });
    return await result(directory, file, trained, exported);
  } finally {
    unlock();
  }
}

async function searched(directory: string, file: FitFile, options: FitOptions): Promise<string | undefined> {
  const { search } = fitPaths(directory);
  const done = existsSync(search) ? readArchitectureFile(search) : undefined;
  if (done !== undefined) return done.architecture;
  options.onStage?.(`searching in ${file.space}`);
  const told = { ...signalOf(options), ...progressOf(options) };
  const { space, seen } = file;
  const { seed } = file.request;
  const batch = [64, 32, 16, 8, 4].find((size) => trainingImages(file.seen) >= 2 * size) ?? 2;
  const set = { batch, ...(file.request.minutes < SHORT ? { proposals: 1, validationBatches: 1 } : {}) };
  const asked = { space, method: "zero-cost-pt", preset: "small", data: seen.data, seed, out: search, set };
  const found = existsSync(runPaths(search).run) ? await resumeSearch(search, told) : await runSearch(asked, told);
  return found.architecture?.architecture;
}

async function sized(file: FitFile, architecture: string, options: FitOptions): Promise<FitPlan> {
  options.onStage?.("choosing the size of the network");
  const { request, seen, space, imageSize } = file;
  const { minutes, maxParams, maxMacs, maxLatency } = request;
  const spent = Math.min(file.elapsedSeconds, LONGEST_SEARCH_SHARE * 60 * minutes);
  const task: SizingTask = {
    space,
    architecture,
    classes: seen.classes.length,
    imageSize,
    images: trainingImages(seen),
    // A tenth for the evaluation, the export, and what was measured wrongly.
    seconds: 0.9 * (60 * minutes - spent),
    ...(maxParams === undefined ? {} : { maxParams }),
    ...(maxMacs === undefined ? {} : { maxMacs }),
    ...(maxLatency === undefined ? {} : { maxLatency }),
  };
  const plan = await inThread<SizingTask, never, never, Omit<FitPlan, "balanced">>(
    besideModule("sizing-worker", import.meta.url),
    task,
    progressOf(options),
  );
  return { ...plan, balanced: isUnbalanced(seen) };
}

/** Without those that are set aside. */
function trainingImages({ classes, test, setAside }: FitFile["seen"]): number {
  const total = classes.reduce((sum, { images }) => sum + images, 0);
  return setAside ? total - test : total;
}

async function train(directory: string, file: FitFile, options: FitOptions): Promise<TrainResult> {
  const out = fitPaths(directory).train;
  const told = { ...signalOf(options), ...progressOf(options) };
  if (existsSync(trainPaths(out).train)) return resumeTrainingIn(out, told);
  const { plan, space, seen, imageSize, request } = file;
  if (plan === undefined) throw new ArchwrightError("run", `${directory}/fit.json is damaged: it has no plan`);
  const { architecture, size, epochs, batch, balanced } = plan;
  options.onStage?.(`training for ${epochs} epochs`);
  const own = { epochs, batch, imageSize, network: size, classWeights: balanced ? "balanced" : "none" };
  const warmUp = epochs < 4 ? { schedule: { warmUp: 0 } } : {};
  const set = { ...own, ...warmUp, ...request.set };
  return trainNetwork({ space, architecture, data: seen.data, preset: "quick", set, seed: request.seed, out }, told);
}

async function exportOnce(directory: string, options: FitOptions): Promise<ExportResult> {
  options.onStage?.("exporting");
  const { train: model, onnx } = fitPaths(directory);
  return exportModel({ model, format: "onnx", preprocess: true, out: resolve(onnx) }, { ...signalOf(options) });
}

async function result(
  directory: string,
  file: FitFile,
  trained: TrainResult,
  exported: ExportResult,
): Promise<FitResult> {
  const { writeFitPage } = await import("./page.ts");
  const { page, onnx } = fitPaths(directory);
  writeFitPage(directory, file, exported);
  return {
    status: "finished",
    directory,
    page,
    onnx,
    ...(file.plan === undefined ? {} : { plan: file.plan }),
    ...(trained.test === undefined ? {} : { test: trained.test }),
    elapsedSeconds: file.elapsedSeconds,
  };
}

const signalOf = ({ signal }: FitOptions) => (signal === undefined ? {} : { signal });
const progressOf = ({ onProgress }: FitOptions) => (onProgress === undefined ? {} : { onProgress });
