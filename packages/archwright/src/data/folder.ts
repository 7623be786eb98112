/** A folder of images, one sub-folder for each class, decoded and scaled to one size. */
import { join } from "node:path";
import { ArchwrightError } from "../errors.ts";
import { type Dataset, emptyImageSet, type ImageSet } from "./dataset.ts";
import { isDirectory, listDirectory } from "./files.ts";
import { channelStatistics } from "./statistics.ts";

export interface FolderOptions {
  /** Height and width of the images after scaling, in pixels. Default 32. */
  readonly size?: number;
  /** Called after each group of images. */
  readonly onProgress?: (progress: { done: number; total: number; label: string }) => void;
}

/** Files that are taken to be images; others (notes, thumbnails databases) are passed over. */
const IMAGE_FILE = /\.(jpe?g|png|webp|gif|avif|tiff?|svg)$/i;

/** Images decoded at once: enough for every core, without holding many large ones. */
const AT_ONCE = 16;

interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

/**
 * Opens `DIR/<class>/<image>`, or `DIR/train/<class>/<image>` with an optional `DIR/test` (or `DIR/val`) beside it.
 * Classes and images are in code-unit order of their names, so the same folder is the same dataset on every machine.
 *
 * Every image is turned as its EXIF data say, scaled to cover the square, cropped about its centre, put on black where
 * transparent, and converted to sRGB. Mean and std are measured on the training images after that.
 */
export async function openFolder(directory: string, options: FolderOptions = {}): Promise<Dataset> {
  const size = options.size ?? 32;
  const split = await isSplit(directory);
  const root = split ? join(directory, "train") : directory;
  const classes = await classFolders(root);
  if (classes.length < 2) {
    throw new ArchwrightError(
      "data",
      `${root} has ${classes.length === 0 ? "no class folders" : "only one class folder"}; put the images of each class into a folder of their own`,
      { details: { directory: root, classes } },
    );
  }
  const train = await decodeAll(await listImages(root, classes, classes), size, options, root);
  const dataset = { name: "folder", train, classes, ...channelStatistics(train), source: directory };
  const testRoot = split ? await firstDirectory(directory, ["test", "val"]) : undefined;
  if (testRoot === undefined) return dataset;
  const testClasses = await classFolders(testRoot);
  const unknown = testClasses.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new ArchwrightError("data", `${join(testRoot, unknown)} is a class that ${root} does not have`);
  }
  const files = await listImages(testRoot, testClasses, classes);
  if (files.length === 0) throw new ArchwrightError("data", `there are no images in ${testRoot}; fill it or remove it`);
  return { ...dataset, test: await decodeAll(files, size, options, testRoot) };
}

/** Whether the folder is split: it has a `train` that itself holds folders. */
async function isSplit(directory: string): Promise<boolean> {
  const names = await listDirectory(directory);
  return names.includes("train") && (await classFolders(join(directory, "train"))).length > 0;
}

async function firstDirectory(parent: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await isDirectory(join(parent, name))) return join(parent, name);
  return undefined;
}

/** Sub-folders, without hidden ones. */
async function classFolders(root: string): Promise<string[]> {
  const folders: string[] = [];
  if (!(await isDirectory(root))) return folders;
  for (const name of await listDirectory(root)) {
    if (!name.startsWith(".") && (await isDirectory(join(root, name)))) folders.push(name);
  }
  return folders;
}

/** The image files of each folder; its label is the place of its name in `classes`. */
async function listImages(
  root: string,
  folders: readonly string[],
  classes: readonly string[],
): Promise<LabelledFile[]> {
  const files: LabelledFile[] = [];
  for (const folder of folders) {
    const images = (await listDirectory(join(root, folder))).filter(
      (name) => IMAGE_FILE.test(name) && !name.startsWith("."),
    );
    if (images.length === 0) {
      throw new ArchwrightError(
        "data",
        `the class folder ${join(root, folder)} has no images (jpg, png, webp, gif, avif, tiff, svg)`,
        {
          details: { folder: join(root, folder) },
        },
      );
    }
    const label = classes.indexOf(folder);
    for (const image of images) files.push({ path: join(root, folder, image), label });
  }
  return files;
}

async function decodeAll(
  files: readonly LabelledFile[],
  size: number,
  options: FolderOptions,
  root: string,
): Promise<ImageSet> {
  const { default: sharp } = await import("sharp"); // a large native library: loaded only when images are decoded
  const set = emptyImageSet(files.length, size, size, 3);
  const bytes = size * size * 3;
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const group = files.slice(start, start + AT_ONCE);
    const decoded = await Promise.allSettled(
      group.map(({ path }) =>
        sharp(path)
          .autoOrient()
          .resize(size, size, { fit: "cover" })
          .flatten({ background: "black" })
          .toColourspace("srgb")
          .raw()
          .toBuffer(),
      ),
    );
    decoded.forEach((result, i) => {
      const { path, label } = group[i] as LabelledFile;
      if (result.status === "rejected") throw corrupt(path, result.reason);
      if (result.value.length !== bytes) throw corrupt(path, `${result.value.length} bytes where ${bytes} belong`);
      set.images.set(result.value, (start + i) * bytes);
      set.labels[start + i] = label;
    });
    options.onProgress?.({ done: start + group.length, total: files.length, label: root });
  }
  return set;
}

function corrupt(path: string, cause: unknown): ArchwrightError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0];
  return new ArchwrightError("data", `cannot decode the image ${path} (${reason}); repair or remove it`, {
    cause,
    details: { path },
  });
}
