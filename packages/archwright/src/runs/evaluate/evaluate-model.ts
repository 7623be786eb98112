/** Evaluates a trained model on images, in the calling thread. */

import { scope } from "@archwright/torch";
import type { ImageSet } from "../../data/dataset.ts";
import { inOrder } from "../../data/sampler.ts";
import { ArchwrightError } from "../../errors.ts";
import { finalCost } from "../../networks/final-network.ts";
import { evaluationNoise, logitsOf, measureSpeed } from "../../networks/predict.ts";
import { networkDescription } from "../../networks/trained-model.ts";
import { toTensors } from "../../search/minibatch.ts";
import {
  calibration,
  confusionMatrix,
  logLoss,
  type Predictions,
  predictedClass,
  softmaxRows,
  wilsonInterval,
} from "../../statistics/classification.ts";
import type { Progress } from "../drive.ts";
import { type OpenedModel, openModel, type WeightsName } from "../model/model-folder.ts";
import { type EvaluationFile, writeEvaluation } from "./evaluation-file.ts";
import { picture } from "./picture.ts";

export interface EvaluateOptions {
  /** Directory of a training, or a model's folder. */
  readonly model: string;
  /** Of the model's image size, three channels, labels in the order of its classes. */
  readonly images: ImageSet;
  /** The images, in words. */
  readonly data: string;
  /** @default the best weights the model has */
  readonly weights?: WeightsName;
  readonly device?: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly stopRequested?: () => boolean;
}

const BATCH = 64;
/** Mistakes that the report shows. */
const SHOWN = 24;

/** Writes `evaluation.json` into the model's folder and returns it; undefined where it was stopped. */
export async function evaluateModel(options: EvaluateOptions): Promise<EvaluationFile | undefined> {
  const { images, data, weights, device = "cpu" } = options;
  using model = openModel(options.model, { device, ...(weights === undefined ? {} : { weights }) });
  if (images.count === 0) throw new ArchwrightError("data", `there are no images to evaluate on in ${data}`);
  const predictions = await predict(model, options, device);
  if (predictions === undefined) return undefined;
  options.onProgress?.({ done: images.count, total: images.count, label: "measuring speed" });
  const confusion = confusionMatrix(predictions);
  const right = confusion.reduce((sum, row, k) => sum + (row[k] as number), 0);
  const calibrated = calibration(predictions);
  const { parameters, macs } = finalCost(networkDescription(model));
  const evaluation: EvaluationFile = {
    format: 1,
    data,
    weights: model.weights,
    classes: [...model.classes],
    overall: {
      images: images.count,
      accuracy: right / images.count,
      interval: wilsonInterval(right, images.count),
      loss: logLoss(predictions),
      calibrationError: calibrated.error,
    },
    confusion,
    calibration: calibrated.bins,
    mistakes: await worstMistakes(predictions, images),
    parameters,
    macs,
    speed: { device, ...measureSpeed(model.network, model.imageSize, device) },
  };
  writeEvaluation(model.folder, evaluation);
  return evaluation;
}

/** Lets messages and Ctrl-C through between minibatches. */
async function predict(
  model: OpenedModel,
  { images, onProgress, stopRequested }: EvaluateOptions,
  device: string,
): Promise<Predictions | undefined> {
  const classes = model.classes.length;
  const logits = new Float32Array(images.count * classes);
  const random = evaluationNoise();
  let done = 0;
  for (const batch of inOrder(images, BATCH, model)) {
    if (stopRequested?.()) return undefined;
    logits.set(
      scope(() => logitsOf(model.network, toTensors(batch, device).images, random)),
      done * classes,
    );
    done += batch.size;
    onProgress?.({ done, total: images.count, label: "evaluating" });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const unfit = logits.findIndex((value) => !Number.isFinite(value));
  if (unfit >= 0) {
    throw new ArchwrightError(
      "training",
      `the model gives ${logits[unfit]} for image ${Math.floor(unfit / classes)}: its training diverged; train again with a lower learning rate`,
    );
  }
  return { probabilities: softmaxRows(logits, classes), labels: images.labels, classes };
}

/** Wrong predictions by descending probability, as pictures. */
function worstMistakes(predictions: Predictions, images: ImageSet): Promise<EvaluationFile["mistakes"]> {
  const { probabilities, labels, classes } = predictions;
  const wrong = Array.from({ length: images.count }, (_, index) => {
    const predicted = predictedClass(predictions, index);
    return {
      index,
      actual: labels[index] as number,
      predicted,
      probability: probabilities[index * classes + predicted] as number,
    };
  }).filter(({ actual, predicted }) => actual !== predicted);
  const worst = wrong.sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, SHOWN);
  return Promise.all(worst.map(async (mistake) => ({ ...mistake, png: await picture(images, mistake.index) })));
}
