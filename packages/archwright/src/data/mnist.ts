/** A directory of IDX files: MNIST, Fashion-MNIST and other sets in the same form. */
import { ArchwrightError } from "../errors.ts";
import { FASHION_MNIST_CLASSES, numberedClasses } from "./classes.ts";
import type { Dataset, ImageSet, Normalization } from "./dataset.ts";
import { readData } from "./files.ts";
import { parseIdxPair } from "./idx.ts";
import { type IdxFiles, idxFiles } from "./idx-files.ts";
import { channelStatistics, FASHION_MNIST_NORMALIZATION, MNIST_NORMALIZATION } from "./statistics.ts";

/** Half of what a Node buffer holds; the largest set of this kind (EMNIST by class) has 0.55 GB. */
const LIMIT = 2 ** 30;

/** How far a subset's mean and std may be from a known set's for its constants to be taken. */
const TOLERANCE = 0.02;

/**
 * Opens `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and, if there, the `t10k-` pair, gzipped or not. A name
 * in front (`emnist-letters-train-images-...`) and a dot before `idx` are understood, as are the folders that archives
 * and torchvision make ({@link idxFiles}).
 *
 * IDX files do not say which set they are. When the mean and std of the training images are within 0.02 of MNIST's or
 * Fashion-MNIST's, the published constants are used; otherwise the measured ones.
 */
export async function openMnist(directory: string): Promise<Dataset> {
  const files = await idxFiles(directory);
  const train = await openPair(directory, files, "train");
  if (train === undefined) throw new ArchwrightError("data", `no training images in ${directory}, only test images`);
  const test = await openPair(directory, files, "t10k|test");
  if (test !== undefined && (test.height !== train.height || test.width !== train.width)) {
    throw new ArchwrightError(
      "data",
      `the test images in ${directory} are ${test.height}×${test.width}, the training images ${train.height}×${train.width}`,
    );
  }
  const { name, normalization } = recognize(train);
  let most = Math.max(9, ...new Set(train.labels));
  if (test !== undefined) most = Math.max(most, ...new Set(test.labels));
  const fashion = name === "fashion-mnist" && most === 9;
  const classes = fashion ? FASHION_MNIST_CLASSES : numberedClasses(most + 1);
  const dataset = { name, train, classes, ...normalization, source: directory, notes: [] };
  return test === undefined ? dataset : { ...dataset, test };
}

function recognize(train: ImageSet): { name: string; normalization: Normalization } {
  const measured = channelStatistics(train);
  const near = (known: Normalization): boolean =>
    Math.abs((measured.mean[0] as number) - (known.mean[0] as number)) <= TOLERANCE &&
    Math.abs((measured.std[0] as number) - (known.std[0] as number)) <= TOLERANCE;
  if (near(MNIST_NORMALIZATION)) return { name: "mnist", normalization: MNIST_NORMALIZATION };
  if (near(FASHION_MNIST_NORMALIZATION)) return { name: "fashion-mnist", normalization: FASHION_MNIST_NORMALIZATION };
  return { name: "idx", normalization: measured };
}

/** The images and labels whose names begin with `part` (alternatives separated by `|`), or undefined when neither is there. */
async function openPair(directory: string, files: IdxFiles, part: string): Promise<ImageSet | undefined> {
  const find = (kind: string): string | undefined => {
    const found = [...files.keys()].filter((name) => new RegExp(`^(.+-)?(${part})-${kind}-ubyte$`).test(name));
    if (found.length > 1) {
      throw new ArchwrightError(
        "data",
        `${directory} holds several sets (${found.join(", ")}); give each its own directory`,
      );
    }
    return files.get(found[0] as string);
  };
  const images = find("images-idx3");
  const labels = find("labels-idx1");
  if (images === undefined && labels === undefined) return undefined;
  if (images === undefined || labels === undefined) {
    const missing = images === undefined ? "images" : "labels";
    throw new ArchwrightError("data", `${images ?? labels} has no ${missing} file beside it`);
  }
  const read = async (file: string) => ({ bytes: await readData(file, LIMIT), file });
  return parseIdxPair(await read(images), await read(labels));
}
