/** The folder of a trained model: `model.json`, and its weights as safetensors. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, readSafetensors, type Tensor, TorchError } from "@archwright/torch";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import { finalNetwork } from "../../networks/final-network.ts";
import { type ModelDescription, networkDescription, type TrainedModel } from "../../networks/trained-model.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { readableJson, replaceFile, writeFailure } from "../files.ts";
import { readJson } from "../run-directory.ts";

const positive = z.number().int().positive();

const modelFile = z.object({
  format: z.literal(1),
  space: z.string(),
  /** The space's text form. */
  architecture: z.string(),
  /** Where it is not the space's evaluation size. */
  size: z.object({ channels: positive, cells: positive }).exactOptional(),
  /** Class names in the order of the outputs. */
  classes: z.array(z.string()).min(2),
  /** Pixels along a side. */
  imageSize: positive,
  /** Of (pixel/255 − mean)/std. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
  /** The images it was trained on. */
  data: z.string(),
  /** Epochs that it was trained. */
  epochs: z.number().int().nonnegative(),
});

export type ModelFile = Readonly<z.infer<typeof modelFile>>;

/** `best`: by the images held out; `last`: after the last epoch. */
export type WeightsName = "best" | "last";

const modelPaths = (folder: string) => ({
  model: join(folder, "model.json"),
  weights: (name: WeightsName) => join(folder, `${name}.safetensors`),
});

/** Where a training keeps its model. */
export const modelFolder = (directory: string): string => join(directory, "model");

export interface ModelToWrite {
  readonly description: ModelDescription;
  readonly data: string;
  readonly epochs: number;
  readonly last: Readonly<Record<string, Tensor>>;
  readonly best?: Readonly<Record<string, Tensor>> | undefined;
}

/** Writes or replaces the files of a model. */
export function writeModel(folder: string, { description, data, epochs, last, best }: ModelToWrite): void {
  const paths = modelPaths(folder);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
  const { space, architecture, size, classes, imageSize, mean, std } = description;
  const file: ModelFile = {
    format: 1,
    space: space.name,
    architecture: space.format(architecture),
    ...(size === undefined ? {} : { size }),
    classes: [...classes],
    imageSize,
    mean: [...mean],
    std: [...std],
    data,
    epochs,
  };
  replaceFile(paths.weights("last"), encodeSafetensors(withoutHead(last)));
  if (best !== undefined) replaceFile(paths.weights("best"), encodeSafetensors(withoutHead(best)));
  replaceFile(paths.model, readableJson(file));
}

/** The auxiliary classifier has done its work when training ends. */
const withoutHead = (weights: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => !name.startsWith("auxiliaryHead.")));

export interface OpenedModel extends TrainedModel, Disposable {
  readonly file: ModelFile;
  readonly folder: string;
  readonly weights: WeightsName;
}

/**
 * Opens the model of a training's or a fit's directory, or in a model's own folder, with the best weights it has unless others are
 * named. Throws `ArchwrightError("run")` where there is none, or what is there is damaged.
 */
export function openModel(path: string, options: { weights?: WeightsName; device?: string } = {}): OpenedModel {
  const folder = [modelFolder(path), path, modelFolder(join(path, "train"))].find((place) =>
    existsSync(modelPaths(place).model),
  );
  if (folder === undefined) throw noModel(path);
  const paths = modelPaths(folder);
  const file = readJson(paths.model, modelFile) as ModelFile;
  const weights = options.weights ?? (existsSync(paths.weights("best")) ? "best" : "last");
  if (!existsSync(paths.weights(weights))) {
    throw new ArchwrightError(
      "run",
      `${folder} has no ${weights} weights${weights === "best" ? ": no images were held out to choose them; use --weights last" : ""}`,
    );
  }
  const space = findArchitectureSpace(file.space);
  const { size, classes, imageSize, mean, std } = file;
  const description = { space, architecture: space.parse(file.architecture), size, classes, imageSize, mean, std };
  const network = finalNetwork(networkDescription(description), { seed: 0, device: options.device ?? "cpu" });
  try {
    loadWeights(network, paths.weights(weights));
  } catch (error) {
    network.dispose();
    throw error;
  }
  return { ...description, network, file, folder, weights, [Symbol.dispose]: () => network.dispose() };
}

function loadWeights(network: TrainedModel["network"], path: string): void {
  let tensors: Record<string, Tensor> | undefined;
  try {
    tensors = { ...readSafetensors(path).tensors };
    network.load(tensors);
  } catch (cause) {
    if (!(cause instanceof TorchError)) throw cause;
    throw new ArchwrightError("run", `${path} is damaged: ${cause.message}; restore it from a copy, or train again`, {
      cause,
      details: { path },
    });
  } finally {
    for (const tensor of Object.values(tensors ?? {})) tensor.dispose();
  }
}

function noModel(path: string): ArchwrightError {
  const searched = existsSync(join(path, "run.json"));
  const why = searched
    ? `holds a search, and no trained network; train what it found with \`archwright train ${path}\``
    : existsSync(path)
      ? "holds no trained model: it has no model.json; give the directory of a finished training"
      : "does not exist";
  return new ArchwrightError("run", `${path} ${why}`, { details: { path } });
}

/**
 * Copies into `network` what fits of a model's weights, by name and shape: all but the classifier where the classes are
 * others. Returns how many tensors fitted. Throws `ArchwrightError("usage")` where nothing but the classifier does.
 */
export function transferWeights(network: TrainedModel["network"], from: string): { copied: number; left: number } {
  using source = openModel(from);
  const own = network.state();
  const given = Object.entries(source.network.state());
  const fitting = given.filter(([name, value]) => own[name] !== undefined && `${own[name].shape}` === `${value.shape}`);
  if (fitting.every(([name]) => name.startsWith("classifier."))) {
    throw new ArchwrightError(
      "usage",
      `no weights of ${from} fit this network; transfer needs the same space, architecture and size`,
    );
  }
  network.load(Object.fromEntries(fitting), { strict: false });
  return { copied: fitting.length, left: Object.keys(own).length - fitting.length };
}
