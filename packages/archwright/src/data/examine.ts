/** Looks through opened images for what makes a search or a score say less than it seems to. */
import { createHash } from "node:crypto";
import { counted, firstFew, type Note } from "../notes.ts";
import { type Dataset, type ImageSet, picked } from "./dataset.ts";
import { countClasses } from "./order.ts";

/**
 * The dataset with training images that are equal to the pixel once, the first of them, and with notes on these and on
 * whatever else makes a search or a score say less than it seems to. Two equal images in a minibatch have the same patterns,
 * and scores that compare images (nwot) would be −∞ for every network.
 */
export function examined(dataset: Dataset): Dataset {
  const { train, names } = dataset;
  const nameOf = (n: number): string => names?.[n] ?? `image ${n}`;
  const { digests, kept, repeated, contrary } = distinct(train, nameOf);
  const own = {
    ...dataset,
    ...(kept.length === train.count ? {} : { train: picked(train, Uint32Array.from(kept)) }),
    ...(names === undefined ? {} : { names: kept.map(nameOf) }),
  };
  const flat = kept.filter((n) => isConstant(train, n)).map(nameOf);
  const shared = sharedImages(dataset.test, digests);
  const notes = [
    ...about(
      repeated,
      "repeated-images",
      `${repeated.length} of ${train.count} training images equal to others and counted once`,
    ),
    ...about(
      contrary,
      "contradicting-images",
      `${counted(contrary.length, "training image")} equal to one of another class, whose label counts`,
    ),
    ...about(flat, "constant-images", `${flat.length} of ${kept.length} training images of a single colour`),
    ...classNotes(own),
    ...about(shared, "test-in-training", `${counted(shared.length, "test image")} equal to training images`),
  ];
  return { ...own, notes: [...dataset.notes, ...notes] };
}

/** Which images are the first of their kind, and which are equal to one of these, of the same class or another. */
function distinct(set: ImageSet, nameOf: (n: number) => string) {
  const digests = new Map<string, number>();
  const kept: number[] = [];
  const repeated: string[] = [];
  const contrary: string[] = [];
  for (let n = 0; n < set.count; n++) {
    const digest = digestOf(set, n);
    const first = digests.get(digest);
    if (first === undefined) {
      digests.set(digest, n);
      kept.push(n);
    } else {
      const list = set.labels[first] === set.labels[n] ? repeated : contrary;
      list.push(`${nameOf(n)} = ${nameOf(first)}`);
    }
  }
  return { digests, kept, repeated, contrary };
}

function classNotes({ train, classes }: Dataset): Note[] {
  const sizes = countClasses(train.labels);
  const empty = classes.filter((_, label) => !sizes.has(label));
  const [label = 0] = sizes.keys();
  if (sizes.size === 1) {
    return [{ kind: "one-class", message: `all training images are of class ${classes[label]}: labels say nothing` }];
  }
  return about(empty, "empty-classes", `${empty.length} of ${classes.length} classes without training images`);
}

/** `what: a, b, c`, if there is anything to name. */
function about(items: readonly string[], kind: string, what: string): Note[] {
  if (items.length === 0) return [];
  return [{ kind, message: `${what}: ${firstFew(items)}`, items }];
}

function sharedImages(test: ImageSet | undefined, training: ReadonlyMap<string, number>): string[] {
  if (test === undefined) return [];
  return Array.from({ length: test.count }, (_, n) => n)
    .filter((n) => training.has(digestOf(test, n)))
    .map((n) => `test image ${n}`);
}

function pixelsOf({ images, height, width, channels }: ImageSet, n: number): Uint8Array {
  const size = height * width * channels;
  return images.subarray(n * size, (n + 1) * size);
}

const digestOf = (set: ImageSet, n: number): string => createHash("sha256").update(pixelsOf(set, n)).digest("base64");

/** Whether every pixel is the first one. */
function isConstant(set: ImageSet, n: number): boolean {
  const pixels = pixelsOf(set, n);
  return pixels.every((value, i) => value === pixels[i % set.channels]);
}

/** Whether all pixels of all images are the same, up to one level of rounding. */
export function isOneColour({ images, channels }: ImageSet): boolean {
  return images.every((value, i) => Math.abs(value - (images[i % channels] as number)) <= 1);
}
