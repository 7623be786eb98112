/** A folder's images as links in `train` and `test`: what the test needs is set aside before anything looks at the rest. */
import { mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { writeFailure } from "../files.ts";

export interface ClassFiles {
  readonly name: string;
  /** Paths, in code-unit order. */
  readonly images: readonly string[];
}

/** Share of every class that is set aside. */
export const TEST_SHARE = 0.15;

/**
 * Links the images of every class into `folder`/train and `folder`/test, drawn with the seed; at least one of each class is
 * tested. Returns how many. Throws `ArchwrightError("data")` for a class of one image, which cannot be both learned and tested.
 */
export function splitFolder(classes: readonly ClassFiles[], folder: string, seed: number): number {
  const alone = classes.find(({ images }) => images.length < 2);
  if (alone !== undefined) {
    throw new ArchwrightError(
      "data",
      `class "${alone.name}" has one image; it takes two to learn from one and test on the other: add images, or remove the class`,
    );
  }
  let tested = 0;
  for (const { name, images } of classes) {
    const wanted = Math.max(1, Math.round(TEST_SHARE * images.length));
    const order = Random.stream(seed, `fit/test/${name}`).permutation(images.length);
    const chosen = new Set(order.subarray(0, wanted));
    for (const part of ["train", "test"]) mkdirSync(join(folder, part, name), { recursive: true });
    for (const [i, image] of images.entries()) link(image, folder, chosen.has(i) ? "test" : "train", name);
    tested += wanted;
  }
  return tested;
}

function link(image: string, folder: string, part: string, name: string): void {
  const path = join(folder, part, name, basename(image));
  try {
    symlinkSync(image, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw writeFailure(path, cause);
  }
}
