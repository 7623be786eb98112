/** What is noticed when images are opened, and what is done about it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Dataset, ImageSet } from "../../src/data/dataset.ts";
import { examined } from "../../src/data/examine.ts";
import { openDataset } from "../../src/data/open.ts";
import { idxFile, imageSet, temporaryDirectory } from "./helpers.ts";

/** Images of 2×2 grey pixels, each a ramp from the value given. */
const images = (values: readonly number[], labels: readonly number[] = values.map((_, n) => n % 2)): ImageSet => ({
  ...imageSet(values.length, 2, 2, 1, (n, y, x) => (values[n] as number) + 2 * y + x),
  labels: Uint16Array.from(labels),
});

const set = (train: ImageSet, more: Partial<Dataset> = {}): Dataset => ({
  name: "x",
  train,
  classes: ["a", "b"],
  mean: [0],
  std: [1],
  source: "here",
  notes: [{ kind: "earlier", message: "stays" }],
  ...more,
});

describe("images that are equal to the pixel", () => {
  test("count once, the first of them, and are named", () => {
    const { train, names, notes } = examined(
      set(images([10, 20, 10, 30, 20, 10], [0, 1, 0, 1, 1, 0]), { names: ["p", "q", "r", "s", "t", "u"] }),
    );
    expect(Array.from({ length: train.count }, (_, n) => train.images[4 * n])).toEqual([10, 20, 30]);
    expect([...train.labels]).toEqual([0, 1, 1]);
    expect(names).toEqual(["p", "q", "s"]);
    expect(notes).toEqual([
      { kind: "earlier", message: "stays" },
      {
        kind: "repeated-images",
        message: "3 of 6 training images equal to others and counted once: r = p, t = q, u = p",
        items: ["r = p", "t = q", "u = p"],
      },
    ]);
  });

  test("in another class the first label counts, and that is told apart", () => {
    const { train, notes } = examined(set(images([10, 20, 10, 30], [0, 1, 1, 0])));
    expect([...train.labels]).toEqual([0, 1, 0]);
    expect(notes.slice(1)).toEqual([
      {
        kind: "contradicting-images",
        message: "1 training image equal to one of another class, whose label counts: image 2 = image 0",
        items: ["image 2 = image 0"],
      },
    ]);
  });

  test("one pixel apart they are two images, and a set without any stays itself", () => {
    const train = images([10, 11, 12, 13]);
    const dataset = examined(set(train));
    expect(dataset.train).toBe(train);
    expect(dataset.notes).toHaveLength(1);
  });

  test("in training and test sets are told and stay", () => {
    const test = images([20, 50]);
    const dataset = examined(set(images([10, 20, 30]), { test }));
    expect(dataset.test).toBe(test);
    expect(dataset.train.count).toBe(3);
    expect(dataset.notes.slice(1)).toMatchObject([{ kind: "test-in-training", items: ["test image 0"] }]);
  });
});

describe("other remarks", () => {
  test("images of a single colour", () => {
    const train = images([10, 20, 30]);
    train.images.fill(7, 4, 8);
    expect(examined(set(train)).notes.slice(1)).toEqual([
      { kind: "constant-images", message: "1 of 3 training images of a single colour: image 1", items: ["image 1"] },
    ]);
  });

  test("a single colour is one for every channel", () => {
    const flat = imageSet(2, 2, 2, 3, (n, _, __, c) => 100 * n + 10 * c);
    const notes = examined(set(flat)).notes.slice(1);
    expect(notes).toMatchObject([{ kind: "constant-images", items: ["image 0", "image 1"] }]);
  });

  test("classes without images, or a single class", () => {
    const few = set(images([10, 20, 30, 40], [0, 2, 0, 2]), { classes: ["a", "b", "c", "d"] });
    expect(examined(few).notes.slice(1)).toEqual([
      { kind: "empty-classes", message: "2 of 4 classes without training images: b, d", items: ["b", "d"] },
    ]);
    expect(examined(set(images([10, 20], [1, 1]))).notes.slice(1)).toEqual([
      { kind: "one-class", message: "all training images are of class b: labels say nothing" },
    ]);
  });
});

describe("a set that is opened", () => {
  test("a folder that holds a picture twice", async () => {
    const root = await temporaryDirectory();
    for (const [name, value] of Object.entries({
      "a/1.png": 10,
      "a/2.png": 90,
      "b/1.png": 200,
      "b/2.png": 90,
      "b/3.png": 200,
    })) {
      await mkdir(join(root, name, ".."), { recursive: true });
      const pixels = Uint8Array.from({ length: 16 }, (_, i) => value + i);
      await sharp(pixels, { raw: { width: 4, height: 4, channels: 1 } })
        .png()
        .toFile(join(root, name));
    }
    const { train, notes } = await openDataset(`folder:${root}`, { size: 4 });
    expect([...train.labels]).toEqual([0, 0, 1]);
    expect(notes.map(({ kind, items }) => [kind, items])).toEqual([
      ["repeated-images", ["b/3.png = b/1.png"]],
      ["contradicting-images", ["b/2.png = a/2.png"]],
    ]);
  });

  test("IDX files of four classes out of ten", async () => {
    const root = await temporaryDirectory();
    const pixels = Uint8Array.from({ length: 8 * 4 }, (_, i) => i);
    await writeFile(join(root, "train-images-idx3-ubyte"), idxFile([8, 2, 2], pixels));
    await writeFile(join(root, "train-labels-idx1-ubyte"), idxFile([8], Uint8Array.from([0, 0, 1, 1, 2, 2, 3, 3])));
    const { notes } = await openDataset(`mnist:${root}`);
    expect(notes).toMatchObject([{ kind: "empty-classes", items: ["4", "5", "6", "7", "8", "9"] }]);
  });

  test("the demo images are remarked on by nothing", async () => {
    expect((await openDataset("demo", { size: 32, channels: 3 })).notes).toEqual([]);
  });
});
