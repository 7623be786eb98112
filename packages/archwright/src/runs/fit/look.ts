/** Looking at the images before anything is decided: classes, counts, sizes. */
import { resolve } from "node:path";
import { folderLayout } from "../../data/folder/layout.ts";
import { shorterSide } from "../../data/image-file.ts";
import { openDataset } from "../../data/open.ts";
import { countClasses } from "../../data/order.ts";
import { ArchwrightError } from "../../errors.ts";
import type { FitFile } from "./fit-file.ts";
import { type ClassFiles, splitFolder } from "./split-folder.ts";

/** Files whose sizes are read: enough to know the middle one. */
const LOOKED_AT = 200;

/** - `linked`: folder in which images are set aside for the test, where the set has none. */
export async function look(data: string, linked: string, seed: number): Promise<FitFile["seen"]> {
  const folder = /^folder:(.+)$/.exec(data)?.[1];
  return folder === undefined ? lookAtSet(data) : lookAtFolder(resolve(folder), linked, seed);
}

async function lookAtFolder(folder: string, linked: string, seed: number): Promise<FitFile["seen"]> {
  const { classes: names, train, test } = await folderLayout(folder);
  const classes = names.map((name, label) => ({
    name,
    images: train.filter((file) => file.label === label).map(({ path }) => path),
  }));
  const counted = classes.map(({ name, images }) => ({ name, images: images.length }));
  const side = await middleSide(classes);
  const common = { classes: counted, side };
  if (test !== undefined) return { ...common, data: `folder:${folder}`, test: test.length, setAside: false };
  return { ...common, data: `folder:${resolve(linked)}`, test: splitFolder(classes, linked, seed), setAside: true };
}

/** Of images spread over all classes. */
async function middleSide(classes: readonly ClassFiles[]): Promise<number> {
  const all = classes.flatMap(({ images }) => images);
  const step = Math.max(1, Math.floor(all.length / LOOKED_AT));
  const sides: number[] = [];
  for (let i = 0; i < all.length; i += step) {
    const side = await shorterSide(all[i] as string);
    if (side !== undefined) sides.push(side);
  }
  if (sides.length === 0)
    throw new ArchwrightError("data", "none of the images looked at can be read; are they images?");
  return sides.sort((a, b) => a - b)[Math.floor(sides.length / 2)] as number;
}

/** A published set: its images have one size, and it has test images. */
async function lookAtSet(data: string): Promise<FitFile["seen"]> {
  const { train, test, classes } = await openDataset(data);
  if (test === undefined) {
    throw new ArchwrightError("data", `${data} has no test images, which a fit needs to say how good the model is`);
  }
  const sizes = countClasses(train.labels);
  const counted = classes.map((name, label) => ({ name, images: sizes.get(label) ?? 0 }));
  return { classes: counted, side: Math.min(train.height, train.width), data, test: test.count, setAside: false };
}
