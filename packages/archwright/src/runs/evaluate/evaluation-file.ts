/** `evaluation.json` in a model's folder: what is known of it from images that it was not trained on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readableJson, replaceFile } from "../files.ts";
import { readJson } from "../run-directory.ts";

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();

const evaluationFile = z.object({
  format: z.literal(1),
  /** The images, in words. */
  data: z.string(),
  weights: z.enum(["best", "last"]),
  classes: z.array(z.string()),
  overall: z.object({
    images: count,
    accuracy: share,
    /** Wilson's 95 % interval of the accuracy. */
    interval: z.tuple([share, share]),
    loss: z.number(),
    /** Expected calibration error over 15 bins. */
    calibrationError: share,
  }),
  /** `[actual][predicted]` */
  confusion: z.array(z.array(count)),
  calibration: z.array(z.object({ from: share, to: share, count, accuracy: share, confidence: share })),
  /** The most confident mistakes. */
  mistakes: z.array(z.object({ index: count, actual: count, predicted: count, probability: share, png: z.string() })),
  parameters: count,
  macs: count,
  /** Measured on this machine, with random images. */
  speed: z.object({ device: z.string(), latency: z.number(), throughput: z.number(), batch: count }),
});

export type EvaluationFile = Readonly<z.infer<typeof evaluationFile>>;

export const evaluationPath = (folder: string): string => join(folder, "evaluation.json");

export const writeEvaluation = (folder: string, evaluation: EvaluationFile): void =>
  replaceFile(evaluationPath(folder), readableJson(evaluation));

/** Undefined where the model has not been evaluated. */
export const readEvaluation = (folder: string): EvaluationFile | undefined =>
  existsSync(evaluationPath(folder)) ? readJson(evaluationPath(folder), evaluationFile) : undefined;
