/** Classes of image files, by a trained model or an exported ONNX file, in the calling thread. */
import { existsSync, readFileSync } from "node:fs";
import { emptyImageSet } from "../../data/dataset.ts";
import { readImage } from "../../data/image-file.ts";
import { ArchwrightError } from "../../errors.ts";
import { softmaxRows } from "../../statistics/classification.ts";
import type { WeightsName } from "../model/model-folder.ts";
import type { Teller, ThreadTask } from "../thread.ts";

export interface PredictRequest {
  /** Directory of a training, a model's folder, or an ONNX file that `export` wrote. */
  readonly model: string;
  /** Paths of images. */
  readonly images: readonly string[];
  readonly weights?: WeightsName;
  /** Classes to tell for each image. @default 3 */
  readonly top?: number;
}

export interface Prediction {
  readonly image: string;
  /** The likeliest classes, the best first. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

/** What pixels are turned to. */
interface Predictor {
  readonly classes: readonly string[];
  readonly imageSize: number;
  /** `pixels`: RGB bytes [size, size, 3]. */
  readonly probabilities: (pixels: Uint8Array) => Promise<Float64Array>;
  readonly close: () => void | Promise<void>;
}

export async function performPrediction(
  { start }: ThreadTask<PredictRequest>,
  { progress, stopRequested }: Pick<Teller<never, never>, "progress" | "stopRequested">,
): Promise<Prediction[]> {
  const { model, images, top = 3 } = start;
  const missing = images.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ArchwrightError("data", `there is no image ${missing}`);
  const predictor = /\.onnx$/i.test(model) ? await onnxPredictor(model) : await networkPredictor(start);
  try {
    const all: Prediction[] = [];
    for (const image of images) {
      if (stopRequested()) break;
      const probabilities = await predictor.probabilities(await readImage(image, predictor.imageSize));
      const ranked = predictor.classes
        .map((name, k) => ({ name, probability: probabilities[k] as number }))
        .sort((a, b) => b.probability - a.probability);
      all.push({ image, classes: ranked.slice(0, top) });
      progress({ done: all.length, total: images.length, label: "predicting" });
    }
    return all;
  } finally {
    await predictor.close();
  }
}

async function networkPredictor({ model, weights }: PredictRequest): Promise<Predictor> {
  const { openModel } = await import("../model/model-folder.ts");
  const { ourLogits } = await import("../export/real-images.ts");
  const opened = openModel(model, weights === undefined ? {} : { weights });
  const { classes, imageSize } = opened;
  return {
    classes,
    imageSize,
    probabilities: async (pixels) => {
      const set = { ...emptyImageSet(1, imageSize, imageSize, 3), images: pixels };
      return softmaxRows(ourLogits(opened, set), classes.length);
    },
    close: () => opened[Symbol.dispose](),
  };
}

async function onnxPredictor(path: string): Promise<Predictor> {
  if (!existsSync(path)) throw new ArchwrightError("run", `${path} does not exist; give an exported ONNX file`);
  const bytes = readFileSync(path);
  const { openOnnx } = await import("../../export/onnx/run.ts");
  const { LOGITS } = await import("../../export/onnx/write.ts");
  const { classes, imageSize, mean, std, inside } = await facts(bytes, path);
  const session = await openOnnx(bytes, path);
  const planes = (pixels: Uint8Array): Float32Array => {
    const area = imageSize ** 2;
    return Float32Array.from({ length: 3 * area }, (_, i) => {
      const c = Math.floor(i / area);
      return ((pixels[3 * (i % area) + c] as number) / 255 - (mean[c] as number)) / (std[c] as number);
    });
  };
  return {
    classes,
    imageSize,
    probabilities: async (pixels) => {
      const result = inside
        ? await session.run(pixels, [1, imageSize, imageSize, 3])
        : await session.run(planes(pixels), [1, 3, imageSize, imageSize]);
      return softmaxRows(result[LOGITS]?.data ?? [], classes.length);
    },
    close: () => session.release(),
  };
}

/** What the file says of itself. */
async function facts(bytes: Uint8Array, path: string) {
  const { decodeMetadata } = await import("../../export/onnx/schema.ts");
  try {
    const { classes = "", imageSize, mean = "", std = "", preprocessing } = decodeMetadata(bytes);
    return {
      classes: JSON.parse(classes) as string[],
      imageSize: Number(imageSize),
      mean: JSON.parse(mean) as number[],
      std: JSON.parse(std) as number[],
      inside: preprocessing === "inside",
    };
  } catch (cause) {
    throw new ArchwrightError(
      "run",
      `${path} does not say what its classes are; predict takes ONNX files that \`archwright export\` wrote`,
      { cause },
    );
  }
}
