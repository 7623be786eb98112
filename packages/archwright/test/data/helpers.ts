/** Temporary directories, the shared data folder, and dataset files made by hand. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe } from "vitest";
import type { ImageSet } from "../../src/data/dataset.ts";
import { ArchwrightError } from "../../src/errors.ts";

/** A new directory, removed after the file's tests. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "archwright-data-"));
  made.push(directory);
  return directory;
}
const made: string[] = [];
afterAll(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** `../shared/data` beside the repository: real datasets that are not part of it. */
export const SHARED_DATA = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

/** Tests on real files, skipped where they are absent. */
export function describeWithSharedData(name: string, body: () => void): void {
  const present = existsSync(SHARED_DATA);
  describe.skipIf(!present)(present ? name : `${name} (skipped: ../shared/data is not here)`, body);
}

/** An IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i);
  return Buffer.concat([header, values]);
}

/** A CIFAR record whose pixel at (y, x) is (y, x, y + x). */
export function coordinateRecord(labels: readonly number[]): Uint8Array {
  const plane = (value: (y: number, x: number) => number) =>
    Uint8Array.from({ length: 1024 }, (_, i) => value(Math.floor(i / 32), i % 32));
  return Buffer.concat([Uint8Array.from(labels), plane((y) => y), plane((_, x) => x), plane((y, x) => y + x)]);
}

/** An image set in which every byte is given by its place. */
export function imageSet(
  count: number,
  height: number,
  width: number,
  channels: number,
  value: (n: number, y: number, x: number, c: number) => number,
): ImageSet {
  const images = new Uint8Array(count * height * width * channels);
  let i = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) images[i++] = value(n, y, x, c);
  return { images, labels: Uint16Array.from({ length: count }, (_, n) => n % 10), count, height, width, channels };
}

/** What `work` throws, which must be an ArchwrightError with a message of one line. */
export async function failure(work: () => unknown): Promise<ArchwrightError> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof ArchwrightError))
    throw new Error(`expected an ArchwrightError, got ${thrown}`, { cause: thrown });
  if (thrown.message.includes("\n")) throw new Error(`the message has several lines: ${thrown.message}`);
  return thrown;
}
