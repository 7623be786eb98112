/** Fetching CIFAR-10 and CIFAR-100 from their home page, and unpacking the binary files. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ArchwrightError } from "../errors.ts";
import type { CifarFormat } from "./cifar.ts";
import { type DownloadOptions, download, type Hash } from "./download.ts";
import { readTar, type TarEntry } from "./tar.ts";

export interface Archive {
  readonly url: string;
  readonly hashes: readonly Hash[];
}

/** The MD5 sums are published beside the archives; the SHA-256 sums are TensorFlow Datasets' for the same files. */
export const CIFAR_ARCHIVES: Readonly<Record<CifarFormat["name"], Archive>> = {
  cifar10: {
    url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    hashes: [
      { algorithm: "md5", hex: "c32a1d4ab5d03f1284b67883e8d87530" },
      { algorithm: "sha256", hex: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd" },
    ],
  },
  cifar100: {
    url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
    hashes: [
      { algorithm: "md5", hex: "03b5dce01913d631647c71ecec9e9cb8" },
      { algorithm: "sha256", hex: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec" },
    ],
  },
};

/** Both archives unpack to about 185 MB. */
const LARGEST_TAR = 2 ** 28;

/**
 * Downloads the archive (about 170 MB) into `directory`, checks it, and leaves the batch files and the class names
 * there. Files appear under their names only when the whole archive was unpacked.
 *
 * @param archive where from; default: the official archive
 */
export async function downloadCifar(
  format: CifarFormat,
  directory: string,
  options: Omit<DownloadOptions, "hashes"> = {},
  archive: Archive = CIFAR_ARCHIVES[format.name],
): Promise<void> {
  const packed = join(directory, basename(new URL(archive.url).pathname));
  await download(archive.url, packed, { ...options, hashes: archive.hashes });
  const tar = await promisify(gunzip)(await readFile(packed), { maxOutputLength: LARGEST_TAR }).catch(
    (cause: unknown) => {
      throw new ArchwrightError("data", `${packed} cannot be unpacked; remove it and download it again`, { cause });
    },
  );
  const wanted = readTar(tar, packed).filter(({ name }) => isWanted(name, format));
  for (const pattern of [format.trainFile, format.testFile]) {
    if (!wanted.some(({ name }) => pattern.test(basename(name)))) {
      throw new ArchwrightError("data", `${packed} does not hold ${format.expected}`, { details: { packed } });
    }
  }
  await placeAll(wanted, directory);
  await rm(packed);
}

function isWanted(name: string, format: CifarFormat): boolean {
  const file = basename(name);
  return (
    name === `${format.folder}/${file}` &&
    (format.trainFile.test(file) || format.testFile.test(file) || /^[\w.]+\.txt$/.test(file))
  );
}

/** Writes every file under a temporary name, then renames them all. */
async function placeAll(entries: readonly TarEntry[], directory: string): Promise<void> {
  const temporary = join(directory, `.unpacking-${process.pid}`);
  try {
    await mkdir(temporary, { recursive: true });
    for (const { name, contents } of entries)
      await writeFile(join(temporary, basename(name)), contents, { flush: true });
    for (const { name } of entries) await rename(join(temporary, basename(name)), join(directory, basename(name)));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ArchwrightError("io", `cannot unpack into ${directory} (${code})`, { cause, details: { directory } });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
