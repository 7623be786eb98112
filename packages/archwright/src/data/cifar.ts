/** CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky 2009), any subset of the batches, gzipped or not. */
import { join } from "node:path";
import { ArchwrightError } from "../errors.ts";
import { CIFAR10_CLASSES, CIFAR100_CLASSES } from "./classes.ts";
import { type Dataset, emptyImageSet, type ImageSet, type Normalization } from "./dataset.ts";
import { isDirectory, listDirectory, readData } from "./files.ts";
import { alsoKnownAs } from "./recognize.ts";
import { CIFAR10_NORMALIZATION, CIFAR100_NORMALIZATION } from "./statistics.ts";

/** What tells the two datasets apart. A record is its label bytes, then 1024 red, 1024 green and 1024 blue bytes. */
export interface CifarFormat {
  readonly name: "cifar10" | "cifar100";
  /** Upper bound of each label byte; the last one is the label that is used (CIFAR-100: coarse, then fine). */
  readonly labelRanges: readonly number[];
  /** Training files, without `.gz`. Other files, such as a `valid_batch.bin`, are left alone. */
  readonly trainFile: RegExp;
  readonly testFile: RegExp;
  /** Example of the names, for messages. */
  readonly expected: string;
  /** Most records a training and a test file have. */
  readonly trainRecords: number;
  readonly testRecords: number;
  /** The directory inside the official archive. */
  readonly folder: string;
  readonly classes: readonly string[];
  readonly normalization: Normalization;
}

export const CIFAR10: CifarFormat = {
  name: "cifar10",
  labelRanges: [10],
  trainFile: /^data_batch_\d+\.bin$/,
  testFile: /^test_batch\.bin$/,
  expected: "data_batch_1.bin ... data_batch_5.bin and test_batch.bin",
  trainRecords: 10000,
  testRecords: 10000,
  folder: "cifar-10-batches-bin",
  classes: CIFAR10_CLASSES,
  normalization: CIFAR10_NORMALIZATION,
};

export const CIFAR100: CifarFormat = {
  name: "cifar100",
  labelRanges: [20, 100],
  trainFile: /^train\.bin$/,
  testFile: /^test\.bin$/,
  expected: "train.bin and test.bin",
  trainRecords: 50000,
  testRecords: 10000,
  folder: "cifar-100-binary",
  classes: CIFAR100_CLASSES,
  normalization: CIFAR100_NORMALIZATION,
};

const SIDE = 32;
const PLANE = SIDE * SIDE;

/**
 * The images of one binary file, 32×32×3.
 *
 * @param file the name for error messages
 */
export function parseCifar(bytes: Uint8Array, format: CifarFormat, file: string): ImageSet {
  const head = format.labelRanges.length;
  const record = head + 3 * PLANE;
  if (bytes.length === 0 || bytes.length % record !== 0) {
    throw new ArchwrightError(
      "data",
      `${file} is truncated or not a ${format.name} batch: ${bytes.length} bytes is not a multiple of the ${record} bytes of an image; copy or download it again`,
      { details: { file, bytes: bytes.length, record } },
    );
  }
  const set = emptyImageSet(bytes.length / record, SIDE, SIDE, 3);
  for (let n = 0; n < set.count; n++) {
    const start = n * record;
    for (let i = 0; i < head; i++) {
      const label = bytes[start + i] as number;
      if (label >= (format.labelRanges[i] as number)) {
        throw new ArchwrightError(
          "data",
          `${file} is damaged or not a ${format.name} batch: image ${n} has label ${label}, but labels end at ${(format.labelRanges[i] as number) - 1}`,
          { details: { file, image: n, label } },
        );
      }
      set.labels[n] = label;
    }
    interleave(bytes, start + head, set.images, n * 3 * PLANE);
  }
  return set;
}

/** Three colour planes at `from` become pixels of three bytes at `to`. */
function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let i = 0; i < PLANE; i++) {
    pixels[to + 3 * i] = planes[from + i] as number;
    pixels[to + 3 * i + 1] = planes[from + PLANE + i] as number;
    pixels[to + 3 * i + 2] = planes[from + 2 * PLANE + i] as number;
  }
}

/** The directory itself, or the official archive's folder inside it when it is there. */
async function batchDirectory(directory: string, format: CifarFormat): Promise<string> {
  const inner = join(directory, format.folder);
  return (await isDirectory(inner)) ? inner : directory;
}

/** Whether at least one training file is there. */
export async function hasCifar(directory: string, format: CifarFormat): Promise<boolean> {
  if (!(await isDirectory(directory))) return false;
  return batchFiles(await listDirectory(await batchDirectory(directory, format)), format.trainFile).length > 0;
}

/** Opens a directory with binary files, or one that holds the official archive's folder. */
export async function openCifar(directory: string, format: CifarFormat): Promise<Dataset> {
  const root = await batchDirectory(directory, format);
  const names = await listDirectory(root);
  const trainFiles = batchFiles(names, format.trainFile);
  if (trainFiles.length === 0) {
    throw new ArchwrightError(
      "data",
      `no ${format.name} training files in ${root}; expected ${format.expected}, gzipped or not${await alsoKnownAs(root)}`,
      {
        details: { directory: root },
      },
    );
  }
  const train = await readBatches(root, trainFiles, format, format.trainRecords);
  const testFiles = batchFiles(names, format.testFile);
  const found = { name: format.name, train, classes: format.classes, ...format.normalization, source: root, notes: [] };
  return testFiles.length === 0
    ? found
    : { ...found, test: await readBatches(root, testFiles, format, format.testRecords) };
}

/** File names that match, one for each batch (a plain file goes before its gzipped twin), by batch number. */
function batchFiles(names: readonly string[], pattern: RegExp): string[] {
  const files = new Map<string, string>();
  for (const name of names) {
    const plain = name.replace(/\.gz$/, "");
    if (pattern.test(plain) && !files.has(plain)) files.set(plain, name);
  }
  const number = (name: string) => Number(/\d+/.exec(name)?.[0] ?? 0);
  return [...files.values()].sort((a, b) => number(a) - number(b));
}

async function readBatches(
  root: string,
  files: readonly string[],
  format: CifarFormat,
  most: number,
): Promise<ImageSet> {
  const limit = most * (format.labelRanges.length + 3 * PLANE);
  const read = async (file: string): Promise<ImageSet> => {
    const path = join(root, file);
    return parseCifar(await readData(path, limit), format, path);
  };
  const parts = await Promise.all(files.map(read)); // inflating runs on several threads
  const first = parts[0] as ImageSet;
  if (parts.length === 1) return first;
  const whole = emptyImageSet(
    parts.reduce((sum, part) => sum + part.count, 0),
    SIDE,
    SIDE,
    3,
  );
  let at = 0;
  for (const part of parts) {
    whole.images.set(part.images, at * 3 * PLANE);
    whole.labels.set(part.labels, at);
    at += part.count;
  }
  return whole;
}
