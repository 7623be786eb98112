/** A whole export in the calling thread: the model, real images to check it on, the file, and what was measured of it. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, scope, tensor } from "@archwright/torch";
import type { Dataset, ImageSet } from "../../data/dataset.ts";
import { slice } from "../../data/split.ts";
import { ArchwrightError } from "../../errors.ts";
import { type Agreement, requireAgreement } from "../../export/difference.ts";
import { foldNorms } from "../../export/fold.ts";
import { calibrate } from "../../export/onnx/calibrate.ts";
import { quantizedModel } from "../../export/onnx/quantize.ts";
import { openOnnx } from "../../export/onnx/run.ts";
import { LOGITS, PIXELS, writeGraph } from "../../export/onnx/write.ts";
import { programLogits } from "../../export/pytorch/check.ts";
import { pytorchProgram } from "../../export/pytorch/program.ts";
import { traceNetwork } from "../../export/trace.ts";
import { packageVersion } from "../environment.ts";
import { makeParents, replaceFile, writeFailure } from "../files.ts";
import { type OpenedModel, openModel, type WeightsName } from "../model/model-folder.ts";
import type { Teller, ThreadTask } from "../thread.ts";
import { BATCH, batches, hits, normalized, ourLogits, someImages } from "./real-images.ts";

export interface ExportRequest {
  /** Directory of a training, or a model's folder. */
  readonly model: string;
  readonly format: "onnx" | "pytorch";
  /** File (onnx) or folder (pytorch) to write. @default in the model's folder: `model.onnx`, `model-int8.onnx`, `pytorch/` */
  readonly out?: string;
  readonly weights?: WeightsName;
  /** Of onnx: take pixels, give probabilities. @default false */
  readonly preprocess?: boolean;
  /** Of onnx: 8-bit integers, calibrated on training images. @default false */
  readonly int8?: boolean;
  /** Images to check on. @default those that it was trained on */
  readonly data?: string;
  /** Of pytorch: the Python that checks it. @default "python3" */
  readonly python?: string;
}

export interface ExportResult {
  readonly status: "finished" | "interrupted";
  readonly path?: string;
  readonly bytes?: number;
  /** Against our own logits; absent for int8, and where nothing could run it. */
  readonly agreement?: Agreement;
  /** Why it could not be run. */
  readonly unchecked?: string;
  /** Of int8: shares of the images that are right. */
  readonly accuracy?: { readonly images: number; readonly float: number; readonly int8: number };
}

/** Largest differences of logits, for logits up to 1 in magnitude. */
const TOLERANCES = { onnx: 1e-4, pytorch: 1e-5 } as const;
/** Images that exports are compared on, and those that int8 is calibrated on. */
const COMPARED = 64;
const CALIBRATED = 256;

type Tell = Pick<Teller<never, never>, "progress" | "stopRequested">;

export async function performExport({ start }: ThreadTask<ExportRequest>, tell: Tell): Promise<ExportResult> {
  const { weights } = start;
  refuse(start);
  using model = openModel(start.model, weights === undefined ? {} : { weights });
  const asked = start.data ?? model.file.data;
  tell.progress({ done: 0, label: `opening ${asked}` });
  const { openDataset } = await import("../../data/open.ts");
  const dataset = await openDataset(asked, { size: model.imageSize, channels: 3, onProgress: tell.progress });
  if (start.format === "pytorch") return exportPyTorch(start, model, dataset);
  // Awaited, because the model is freed when this returns.
  return await (start.int8 === true ? exportInt8(start, model, dataset, tell) : exportOnnx(start, model, dataset));
}

function refuse({ format, int8, preprocess }: ExportRequest): void {
  const given = int8 === true ? "int8" : preprocess === true ? "preprocess" : undefined;
  if (format === "pytorch" && given !== undefined) {
    throw new ArchwrightError("usage", `--${given} is for --format onnx`);
  }
}

async function exportOnnx(request: ExportRequest, model: OpenedModel, dataset: Dataset): Promise<ExportResult> {
  const { preprocess = false } = request;
  const version = packageVersion();
  const bytes = writeGraph(model, foldNorms(traceNetwork(model.network)), { version, preprocess });
  const images = someImages(dataset, COMPARED);
  const agreement = await compared(bytes, model, images, "the ONNX file");
  const path = request.out ?? join(model.folder, "model.onnx");
  makeParents(path);
  replaceFile(path, bytes);
  return { status: "finished", path, bytes: bytes.length, agreement };
}

/** The same real images through both. */
async function compared(bytes: Uint8Array, model: OpenedModel, images: ImageSet, what: string): Promise<Agreement> {
  const session = await openOnnx(bytes, what);
  try {
    const logits = session.inputs.includes(PIXELS)
      ? await session.run(images.images, [images.count, images.height, images.width, 3])
      : await session.run(...normalized(model, images));
    const theirs = logits[LOGITS]?.data ?? new Float32Array();
    return requireAgreement(what, ourLogits(model, images), theirs, {
      tolerance: TOLERANCES.onnx,
      images: images.count,
    });
  } finally {
    await session.release();
  }
}

async function exportInt8(
  request: ExportRequest,
  model: OpenedModel,
  dataset: Dataset,
  { progress, stopRequested }: Tell,
): Promise<ExportResult> {
  const { preprocess = false } = request;
  const version = packageVersion();
  const graph = foldNorms(traceNetwork(model.network));
  progress({ done: 0, label: "calibrating" });
  const training = slice(dataset.train, 0, Math.min(CALIBRATED, dataset.train.count));
  const ranges = await calibrate(model, graph, batches(model, training));
  const options = { version, preprocess };
  const [float, int8] = [writeGraph(model, graph, options), quantizedModel(model, graph, ranges, options)];
  const images = dataset.test ?? dataset.train;
  const right = { float: 0, int8: 0 };
  for (const [name, bytes] of Object.entries({ float, int8 }) as ["float" | "int8", Uint8Array][]) {
    const session = await openOnnx(bytes, `the ${name} file`);
    try {
      for (let from = 0; from < images.count; from += BATCH) {
        if (stopRequested()) return { status: "interrupted" };
        const part = slice(images, from, Math.min(from + BATCH, images.count));
        const input: [Float32Array | Uint8Array, number[]] = preprocess
          ? [part.images, [part.count, part.height, part.width, 3]]
          : normalized(model, part);
        right[name] += hits((await session.run(...input))[LOGITS]?.data ?? [], part.labels);
        progress({ done: from + part.count, total: images.count, label: `accuracy of ${name}` });
      }
    } finally {
      await session.release();
    }
  }
  const path = request.out ?? join(model.folder, "model-int8.onnx");
  makeParents(path);
  replaceFile(path, int8);
  const accuracy = { images: images.count, float: right.float / images.count, int8: right.int8 / images.count };
  return { status: "finished", path, bytes: int8.length, accuracy };
}

function exportPyTorch(request: ExportRequest, model: OpenedModel, dataset: Dataset): ExportResult {
  const { python = "python3" } = request;
  const { text, weights } = pytorchProgram(model, foldNorms(traceNetwork(model.network)));
  const folder = request.out ?? join(model.folder, "pytorch");
  const file = scope(() =>
    encodeSafetensors(Object.fromEntries(weights.map(({ name, values, shape }) => [name, tensor(values, shape)]))),
  );
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
  const paths = { program: join(folder, "model.py"), weights: join(folder, "weights.safetensors") };
  replaceFile(paths.weights, file);
  replaceFile(paths.program, text);
  const images = someImages(dataset, COMPARED);
  const [values, shape] = normalized(model, images);
  try {
    const theirs = programLogits(folder, python, { values, shape });
    const written = { status: "finished", path: folder, bytes: file.length + text.length } as const;
    if (theirs === undefined) return { ...written, unchecked: `${python} has no torch` };
    const options = { tolerance: TOLERANCES.pytorch, images: images.count };
    return {
      ...written,
      agreement: requireAgreement("the PyTorch program", ourLogits(model, images), theirs, options),
    };
  } catch (error) {
    for (const path of Object.values(paths)) rmSync(path, { force: true });
    throw error;
  }
}
