/** Which files of a folder are which class's, and whose set: `DIR/<class>/<image>`, or that under `DIR/train`. */
import { join } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import { isDirectory, listDirectory } from "../files.ts";
import { alsoKnownAs } from "../recognize.ts";
import { endingsIn, isImageFile, isSkipped, READ_ENDINGS } from "./image-files.ts";

export interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

export interface FolderLayout {
  readonly classes: readonly string[];
  readonly train: readonly LabelledFile[];
  /** Absent where the folder is not split, or its other parts have no class folders. */
  readonly test?: readonly LabelledFile[];
}

const TRAINING = ["train", "training"];

/** The first that is there is the test set. */
const HELD_OUT = ["test", "testing", "val", "valid", "validation"];

/**
 * Classes and images in code-unit order of their names, so that the same folder is the same dataset on every machine.
 * Throws `ArchwrightError("data")` where there are no two classes, or one of them has no images that can be read.
 */
export async function folderLayout(directory: string): Promise<FolderLayout> {
  const parts = await folders(directory);
  const root = (await firstSplit(directory, parts, TRAINING)) ?? directory;
  const classes = root === directory ? parts : await folders(root);
  if (classes.length < 2) throw await tooFewClasses(root, classes);
  const train = await listImages(root, classes, classes);
  const held = root === directory ? undefined : await firstSplit(directory, parts, HELD_OUT);
  if (held === undefined) return { classes, train };
  const own = await folders(held);
  const unknown = own.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new ArchwrightError("data", `${join(held, unknown)} is a class that ${root} does not have`);
  }
  return { classes, train, test: await listImages(held, own, classes) };
}

/** The first folder of these names, in any case of letters, that itself holds folders. */
async function firstSplit(
  directory: string,
  parts: readonly string[],
  names: readonly string[],
): Promise<string | undefined> {
  for (const name of names) {
    for (const part of parts) {
      const path = join(directory, part);
      if (part.toLowerCase() === name && (await folders(path)).length > 0) return path;
    }
  }
  return undefined;
}

/** Sub-folders, without hidden ones. */
async function folders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await listDirectory(root)) {
    if (!isSkipped(name) && (await isDirectory(join(root, name)))) found.push(name);
  }
  return found;
}

/** The image files of each folder; its label is the place of its name in `classes`. */
async function listImages(
  root: string,
  folders: readonly string[],
  classes: readonly string[],
): Promise<LabelledFile[]> {
  const files: LabelledFile[] = [];
  for (const folder of folders) {
    const path = join(root, folder);
    const images = (await listDirectory(path)).filter((name) => isImageFile(name) && !isSkipped(name));
    if (images.length === 0) throw await noImages(path);
    const label = classes.indexOf(folder);
    for (const image of images) files.push({ path: join(path, image), label });
  }
  return files;
}

async function tooFewClasses(root: string, classes: readonly string[]): Promise<ArchwrightError> {
  const found = classes.length === 0 ? "no class folders" : `only one class folder, ${classes[0]}`;
  const inner = join(root, classes[0] ?? "");
  if (classes.length === 1 && (await folders(inner)).length > 1) {
    throw new ArchwrightError("data", `${root} holds one folder of folders; did you mean folder:${inner}?`);
  }
  return new ArchwrightError(
    "data",
    `${root} has ${found}; put the images of each class into a folder of their own, or all of these into ${TRAINING[0]}/ beside ${HELD_OUT[0]}/${await alsoKnownAs(root)}`,
    { details: { directory: root, classes } },
  );
}

async function noImages(folder: string): Promise<ArchwrightError> {
  const endings = await endingsIn(folder);
  const seen = endings.length === 0 ? "" : `, but files in it end in ${endings.join(", ")}: convert them`;
  return new ArchwrightError("data", `the class folder ${folder} has no images (${READ_ENDINGS.join(", ")})${seen}`, {
    details: { folder, endings },
  });
}
