/** Where IDX files lie: in the folder that is named, in folders of their own names, or where torchvision puts them. */
import { join, relative } from "node:path";
import { ArchwrightError } from "../errors.ts";
import { isDirectory, listDirectory } from "./files.ts";
import { alsoKnownAs } from "./recognize.ts";

/** Paths by name, the name without `.gz` and with a dash before `idx`. */
export type IdxFiles = ReadonlyMap<string, string>;

const IDX_NAME = /[-.]idx[13]-ubyte$/;

/** Whether a name in a folder is that of training images. */
const isTraining = (name: string): boolean => /(^|-)train-images-idx3-ubyte$/.test(name);

/**
 * The IDX files of `directory`; where it has no training images, those of the one folder below it that has, as
 * `ROOT/MNIST/raw`. Throws `ArchwrightError("data")` where there are none, or more than one such folder.
 */
export async function idxFiles(directory: string): Promise<IdxFiles> {
  const own = await filesOf(directory);
  if ([...own.keys()].some(isTraining)) return own;
  const found: { readonly folder: string; readonly files: IdxFiles }[] = [];
  for (const folder of await foldersBelow(directory)) {
    const files = await filesOf(folder);
    if ([...files.keys()].some(isTraining)) found.push({ folder, files });
  }
  const [first, ...others] = found;
  if (first === undefined) {
    // A set with labels alone is told by what it lacks.
    if (own.size > 0) return own;
    throw new ArchwrightError(
      "data",
      `no train-images-idx3-ubyte in ${directory}; expected IDX files named like MNIST's, gzipped or not${await alsoKnownAs(directory)}`,
      { details: { directory } },
    );
  }
  if (others.length > 0) {
    const names = found.map(({ folder }) => relative(directory, folder)).join(", ");
    throw new ArchwrightError(
      "data",
      `${directory} holds several sets (${names}); name one of them, as mnist:${first.folder}`,
    );
  }
  return first.files;
}

/** A file goes before its gzipped twin, and before a folder that holds a file of the folder's own name. */
async function filesOf(directory: string): Promise<IdxFiles> {
  const files = new Map<string, string>();
  const inFolders = new Map<string, string>();
  for (const name of await listDirectory(directory)) {
    const plain = normal(name);
    if (!IDX_NAME.test(plain)) continue;
    const path = join(directory, name);
    if (!(await isDirectory(path))) {
      if (!files.has(plain)) files.set(plain, path);
      continue;
    }
    const inner = (await listDirectory(path)).find((one) => normal(one) === plain);
    if (inner !== undefined) inFolders.set(plain, join(path, inner));
  }
  return new Map([...inFolders, ...files]);
}

const normal = (name: string): string => name.replace(/\.gz$/, "").replace(".idx", "-idx");

async function foldersBelow(directory: string): Promise<string[]> {
  const folders: string[] = [];
  for (const name of await listDirectory(directory)) {
    const path = join(directory, name);
    if (name.startsWith(".") || !(await isDirectory(path))) continue;
    folders.push(path);
    if (await isDirectory(join(path, "raw"))) folders.push(join(path, "raw"));
  }
  return folders;
}
