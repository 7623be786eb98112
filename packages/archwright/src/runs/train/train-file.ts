/** The directory of a training: `train.json` beside events, checkpoint, model and report. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import { readableJson, replaceFile } from "../files.ts";
import { readJson, requireFree } from "../run-directory.ts";
import { runFile } from "../run-files.ts";
import { shellWord } from "../search-request.ts";

const count = z.number().int().nonnegative();

/** `train.json` */
const trainFile = runFile
  .pick({
    dataset: true,
    notes: true,
    versions: true,
    machine: true,
    startedAt: true,
    elapsedSeconds: true,
    error: true,
    status: true,
  })
  .extend({
    format: z.literal(1),
    request: z.object({
      /** The command line, as it can be given again. */
      command: z.string(),
      space: z.string(),
      /** The space's text form. */
      architecture: z.string(),
      preset: z.string(),
      data: z.string(),
      /** A model whose weights it began from. */
      from: z.string().exactOptional(),
      seed: count,
      device: z.string(),
    }),
    /** Every hyperparameter, resolved. */
    settings: z.record(z.string(), z.unknown()),
    imageSize: count,
    /** Images trained on, held out, and kept for the evaluation after the training. */
    images: z.object({ train: count, validation: count, test: count }),
    /** Of the network, without the training-only classifier; multiply-adds for one image. */
    parameters: count,
    macs: count,
  });

export type TrainFile = Readonly<z.infer<typeof trainFile>>;

export const trainPaths = (directory: string) => ({
  train: join(directory, "train.json"),
  events: join(directory, "events.jsonl"),
  report: join(directory, "report.html"),
});

export const writeTrainFile = (directory: string, file: TrainFile): void =>
  replaceFile(trainPaths(directory).train, readableJson(file));

/** `train.json`, checked. Throws `ArchwrightError("run")` if the directory holds no training or a damaged one. */
export function readTrainFile(directory: string): TrainFile {
  const file = readJson(trainPaths(directory).train, trainFile);
  if (file !== undefined) return file;
  const why = existsSync(directory) ? "holds no training: it has no train.json" : "does not exist";
  throw new ArchwrightError("run", `${directory} ${why}; give the directory of a training`, { details: { directory } });
}

/** Throws `ArchwrightError("run")` unless a training can be made at `directory`: nothing is there, or an empty folder. */
export function requireFreeForTraining(directory: string): void {
  if (existsSync(trainPaths(directory).train)) {
    throw new ArchwrightError(
      "run",
      `${directory} already holds a training; continue it with \`archwright train --resume ${shellWord(directory)}\`, or choose another --out`,
      { details: { directory } },
    );
  }
  requireFree(directory);
}
