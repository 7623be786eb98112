/** `fit.json`: what was asked, what was seen, and everything that was decided. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import { readableJson, replaceFile } from "../files.ts";
import { readJson } from "../run-directory.ts";

const positive = z.number().int().positive();
const count = z.number().int().nonnegative();

const fitFile = z.object({
  format: z.literal(1),
  status: z.enum(["running", "finished"]),
  request: z.object({
    /** With its folder's whole path. */
    data: z.string(),
    minutes: z.number().positive(),
    seed: count,
    space: z.string().exactOptional(),
    imageSize: positive.exactOptional(),
    maxParams: positive.exactOptional(),
    maxMacs: positive.exactOptional(),
    maxLatency: z.number().positive().exactOptional(),
    /** Hyperparameters of the training. */
    set: z.record(z.string(), z.unknown()),
  }),
  /** Of the images. */
  seen: z.object({
    classes: z.array(z.object({ name: z.string(), images: count })),
    /** Middle one of the images' shorter sides, in pixels. */
    side: positive,
    /** What `--data` takes to open them, with images set aside for the test. */
    data: z.string(),
    test: count,
    /** Whether the test images were set aside here, because the set had none. */
    setAside: z.boolean(),
  }),
  imageSize: positive,
  space: z.string(),
  /** Size of the network and length of the training, from times measured on this machine. */
  plan: z
    .object({
      architecture: z.string(),
      size: z.object({ channels: positive, cells: positive }),
      parameters: count,
      macs: count,
      latency: z.number(),
      secondsPerEpoch: z.number(),
      epochs: positive,
      batch: positive,
      balanced: z.boolean(),
    })
    .exactOptional(),
  elapsedSeconds: z.number().nonnegative(),
});

export type FitFile = Readonly<z.infer<typeof fitFile>>;
export type FitPlan = NonNullable<FitFile["plan"]>;

export const fitPaths = (directory: string) => ({
  fit: join(directory, "fit.json"),
  page: join(directory, "index.html"),
  images: join(directory, "images"),
  search: join(directory, "search"),
  train: join(directory, "train"),
  onnx: join(directory, "model.onnx"),
});

export const writeFitFile = (directory: string, file: FitFile): void =>
  replaceFile(fitPaths(directory).fit, readableJson(file));

/** Throws `ArchwrightError("run")` if the directory holds no fit or a damaged one. */
export function readFitFile(directory: string): FitFile {
  const file = readJson(fitPaths(directory).fit, fitFile);
  if (file !== undefined) return file;
  const why = existsSync(directory) ? "holds no fit: it has no fit.json" : "does not exist";
  throw new ArchwrightError("run", `${directory} ${why}; give the directory of a fit`);
}
