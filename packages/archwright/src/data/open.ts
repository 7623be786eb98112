/** Opening a dataset by the text that `--data` takes. */
import { ArchwrightError, unknownName } from "../errors.ts";
import { CIFAR10, CIFAR100, type CifarFormat, hasCifar, openCifar } from "./cifar.ts";
import { downloadCifar } from "./cifar-download.ts";
import type { Dataset } from "./dataset.ts";
import { openDemo } from "./demo.ts";
import { examined } from "./examine.ts";
import { openFolder } from "./folder.ts";
import { openLabels } from "./labels.ts";
import { openMnist } from "./mnist.ts";
import { noiseDataset } from "./noise.ts";
import { type PrepareOptions, prepare } from "./prepare.ts";

/**
 * What the dataset is for: `size` and `channels` of {@link PrepareOptions} are what the space takes. Folders are
 * scaled to that size, noise is made in it, the others are checked, repeated and padded.
 */
export interface OpenOptions extends PrepareOptions {
  /** For `noise`. Default 0. */
  readonly seed?: number;
  /** Fetch CIFAR into its directory when no batch is there. Default false. */
  readonly download?: boolean;
  /** Of slow work: bytes downloaded, images decoded. */
  readonly onProgress?: (progress: { done: number; total: number | undefined; label: string }) => void;
  /** Stops a download; what came so far is kept for the next attempt. */
  readonly signal?: AbortSignal;
}

/** Every kind `--data` takes, with the form of its text and what it is. */
export const DATASET_KINDS = {
  demo: { form: "demo", about: "the images that come with the package: part of Fashion-MNIST" },
  cifar10: { form: "cifar10:DIR", about: "CIFAR-10, binary version, any subset of the batches, gzipped or not" },
  cifar100: { form: "cifar100:DIR", about: "CIFAR-100, binary version, gzipped or not" },
  mnist: {
    form: "mnist:DIR",
    about: "IDX files: MNIST, Fashion-MNIST and their kin, gzipped or not, also as torchvision keeps them",
  },
  folder: {
    form: "folder:DIR",
    about: "one folder of images for each class, of any size; train/ and test/ (val/, validation/) are taken apart",
  },
  labels: { form: "labels:FILE.csv", about: "images that a table names: a column of paths, a column of classes" },
  noise: { form: "noise or noise:COUNT", about: "normal noise with random labels" },
} as const;

/**
 * Opens `demo`, `cifar10:DIR`, `cifar100:DIR`, `mnist:DIR`, `folder:DIR`, `labels:FILE.csv`, `noise` or `noise:COUNT`. Training images that are
 * equal to the pixel count once; what else is noticed stands in the notes.
 */
export async function openDataset(text: string, options: OpenOptions = {}): Promise<Dataset> {
  const colon = text.indexOf(":");
  const kind = colon === -1 ? text : text.slice(0, colon);
  const rest = colon === -1 ? "" : text.slice(colon + 1);
  return prepare(examined(await openKind(kind, rest, options)), options);
}

async function openKind(kind: string, rest: string, options: OpenOptions): Promise<Dataset> {
  switch (kind) {
    case "demo":
      if (rest !== "") throw new ArchwrightError("usage", `"demo" takes nothing after it, got "demo:${rest}"`);
      return openDemo();
    case "noise":
      return noiseDataset(noiseOptions(rest, options));
    case "cifar10":
      return openOrDownload(directoryOf(kind, rest), CIFAR10, options);
    case "cifar100":
      return openOrDownload(directoryOf(kind, rest), CIFAR100, options);
    case "mnist":
      return openMnist(directoryOf(kind, rest));
    case "folder":
      return openFolder(directoryOf(kind, rest), options);
    case "labels":
      return openLabels(directoryOf(kind, rest), options);
    default:
      throw unknownName("dataset", kind, Object.keys(DATASET_KINDS));
  }
}

function directoryOf(kind: "cifar10" | "cifar100" | "mnist" | "folder" | "labels", rest: string): string {
  if (rest === "") {
    const what = kind === "labels" ? "file" : "directory";
    throw new ArchwrightError("usage", `"${kind}" needs a ${what}: ${DATASET_KINDS[kind].form}`);
  }
  return rest;
}

async function openOrDownload(directory: string, format: CifarFormat, options: OpenOptions): Promise<Dataset> {
  if (options.download && !(await hasCifar(directory, format))) await downloadCifar(format, directory, options);
  return openCifar(directory, format);
}

function noiseOptions(rest: string, options: OpenOptions) {
  if (rest === "") return options;
  const count = Number(rest);
  if (!/^\d+$/.test(rest) || count < 1 || count > 1_000_000) {
    throw new ArchwrightError("usage", `"noise:${rest}": the number of images must be from 1 to 1000000`);
  }
  return { ...options, count };
}
