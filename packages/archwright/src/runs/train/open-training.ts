/** Everything before the first step of a training: checks, the images, the network, and then its directory. */

import type { Dataset, ImageSet } from "../../data/dataset.ts";
import { countClasses } from "../../data/order.ts";
import { ArchwrightError } from "../../errors.ts";
import type { FinalNetwork, FinalNetworkDescription } from "../../networks/final-network.ts";
import type { ModelDescription } from "../../networks/trained-model.ts";
import { counted, firstFew, type Note } from "../../notes.ts";
import type { NetworkTrainer } from "../../training/networks/network-trainer.ts";
import { checkDataset, datasetSummary } from "../dataset-summary.ts";
import type { Progress } from "../drive.ts";
import { currentMachine, currentVersions } from "../environment.ts";
import { createRunDirectory, defaultRunDirectory } from "../run-directory.ts";
import { lockRun } from "../run-lock.ts";
import { absoluteData } from "../search-request.ts";
import { type CheckedTrainRequest, checkTrainRequest, recipeSize, type TrainRequest, trainCommand } from "./request.ts";
import { readTrainFile, requireFreeForTraining, type TrainFile, writeTrainFile } from "./train-file.ts";

/** A training that can be driven. */
export interface OpenTraining {
  readonly directory: string;
  readonly file: TrainFile;
  readonly description: ModelDescription;
  readonly trainer: NetworkTrainer;
  /** The network in training; it has an auxiliary head where the recipe weighs one. */
  readonly network: FinalNetwork;
  /** Images that neither trained the network nor chose its weights. */
  readonly test: ImageSet | undefined;
  readonly notes: readonly Note[];
  /** Frees the training and the directory's lock. */
  close(): void;
}

export interface OpenHooks {
  readonly onProgress?: (progress: Progress) => void;
  /** Whether to give up before the directory is made; {@link newTraining} then returns undefined. */
  readonly stopRequested?: () => boolean;
}

/** Checks a request, makes its training, and only then the directory. Throws before there is one, or not at all. */
export async function newTraining(request: TrainRequest, hooks: OpenHooks = {}): Promise<OpenTraining | undefined> {
  const checked = checkTrainRequest(request);
  if (request.out !== undefined) requireFreeForTraining(request.out);
  const made = await make(checked, hooks);
  if (hooks.stopRequested?.()) {
    made.free();
    return undefined;
  }
  const { space, architecture, recipe, preset, data, from, seed, device } = checked;
  const directory = request.out ?? defaultRunDirectory({ space: space.name, method: "train", seed }, new Date());
  requireFreeForTraining(directory);
  createRunDirectory(directory);
  const unlock = lockRun(directory);
  const file: TrainFile = {
    format: 1,
    status: "running",
    request: {
      command: trainCommand(request, checked),
      space: space.name,
      architecture: space.format(architecture),
      preset,
      data: absoluteData(data),
      ...(from === undefined ? {} : { from }),
      seed,
      device,
    },
    settings: recipe,
    imageSize: made.description.imageSize,
    images: made.images,
    ...made.cost,
    dataset: made.dataset,
    ...(made.notes.length === 0 ? {} : { notes: made.notes }),
    versions: currentVersions(made.libtorch),
    machine: currentMachine(),
    startedAt: new Date().toISOString(),
    elapsedSeconds: 0,
  };
  writeTrainFile(directory, file);
  return opened(directory, file, made, unlock);
}

/** Opens a training that was stopped. Throws `ArchwrightError("run")` if it is damaged, in use, or had other images. */
export async function resumeTraining(directory: string, hooks: OpenHooks = {}): Promise<OpenTraining> {
  readTrainFile(directory);
  const unlock = lockRun(directory);
  try {
    const file = readTrainFile(directory);
    const checked = checkTrainRequest({ ...file.request, set: file.settings });
    const made = await make(checked, hooks);
    try {
      if (file.dataset !== undefined) checkDataset(file.request.data, made.dataset, file.dataset, directory);
    } catch (error) {
      made.free();
      throw error;
    }
    return opened(directory, file, made, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

type Made = Awaited<ReturnType<typeof make>>;

function opened(directory: string, file: TrainFile, made: Made, unlock: () => void): OpenTraining {
  const { description, trainer, network, test, notes } = made;
  const close = (): void => {
    made.free();
    unlock();
  };
  return { directory, file, description, trainer, network, test, notes, close };
}

/** Libtorch is loaded here, after everything that can be refused without it. */
async function make(checked: CheckedTrainRequest, hooks: OpenHooks) {
  const { space, architecture, recipe, data, from, seed, device, download } = checked;
  const torch = await import("@archwright/torch");
  try {
    torch.requireDevice(device);
  } catch (cause) {
    throw new ArchwrightError("device", (cause as Error).message, { cause, details: { device } });
  }
  const { finalCost, finalNetwork } = await import("../../networks/final-network.ts");
  const { openedSize } = await import("../../data/minibatches.ts");
  const imageSize = recipe.imageSize === "auto" ? openedSize(data, space.defaults.imageSize) : recipe.imageSize;
  const size = recipeSize(recipe);
  const network: Omit<FinalNetworkDescription, "classes"> = { space, architecture, imageSize, ...(size && { size }) };
  // Images that do not fit, or a size that the space has not, are refused before the images are opened.
  finalCost({ ...network, classes: 2 });
  const onProgress = hooks.onProgress ?? (() => {});
  onProgress({ done: 0, label: `opening ${data}` });
  const { openDataset } = await import("../../data/open.ts");
  const dataset = await openDataset(data, { size: imageSize, channels: 3, download, onProgress });
  const { train, validation } = await parts(dataset, recipe.validation, seed);
  const description: ModelDescription = {
    space,
    architecture,
    size,
    classes: dataset.classes,
    imageSize,
    mean: dataset.mean,
    std: dataset.std,
  };
  const whole = { ...network, classes: dataset.classes.length };
  const { derivedSeed } = await import("../../random.ts");
  const { NetworkTrainer } = await import("../../training/networks/network-trainer.ts");
  const { transferWeights } = await import("../model/model-folder.ts");
  onProgress({ done: 0, label: "building the network" });
  const cost = finalCost(whole);
  const built = finalNetwork(whole, {
    seed: derivedSeed(seed, "network"),
    auxiliary: recipe.auxiliary > 0,
    device,
  });
  try {
    const notes = [...dataset.notes, ...loneImages(dataset)];
    if (from !== undefined) {
      const { copied, left } = transferWeights(built, from);
      notes.push({ kind: "began-from", message: `began from ${from}: ${copied} tensors taken over, ${left} fresh` });
    }
    const trainer = new NetworkTrainer({
      network: built,
      recipe,
      train,
      validation,
      normalization: dataset,
      classes: dataset.classes.length,
      seed,
      device,
    });
    return {
      description,
      trainer,
      network: built,
      test: dataset.test,
      cost: { parameters: cost.parameters, macs: cost.macs },
      images: { train: train.count, validation: validation?.count ?? 0, test: dataset.test?.count ?? 0 },
      dataset: datasetSummary(dataset),
      libtorch: torch.libtorchVersion(),
      notes,
      free: (): void => {
        trainer.dispose();
        built.dispose();
      },
    };
  } catch (error) {
    built.dispose();
    throw error;
  }
}

async function parts(
  { train }: Dataset,
  share: number,
  seed: number,
): Promise<{ train: ImageSet; validation: ImageSet | undefined }> {
  if (share === 0) return { train, validation: undefined };
  const { holdOut } = await import("../../data/hold-out.ts");
  const { kept, heldOut } = holdOut(train, share, seed);
  return { train: kept, validation: heldOut };
}

/** Classes of one image; those of none are in the notes of the dataset. */
function loneImages({ train, classes }: Dataset): Note[] {
  const lone = [...countClasses(train.labels)].flatMap(([label, count]) =>
    count === 1 ? [classes[label] ?? String(label)] : [],
  );
  if (lone.length === 0) return [];
  const message = `${counted(lone.length, "class")} with one image to train on: ${firstFew(lone)}; add images`;
  return [{ kind: "lone-images", message, items: lone }];
}
