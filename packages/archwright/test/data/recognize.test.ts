/** Sets as people have them on disk: in folders that archives make, or in another form than was asked for. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDataset } from "../../src/data/open.ts";
import { failure, idxFile, temporaryDirectory } from "./helpers.ts";

/** Files by path; `null` is a folder. */
async function place(files: Readonly<Record<string, Uint8Array | string | null>>): Promise<string> {
  const root = await temporaryDirectory();
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(join(root, contents === null ? path : join(path, "..")), { recursive: true });
    if (contents !== null) await writeFile(join(root, path), contents);
  }
  return root;
}

/** A pair of IDX files whose images begin with `first`, by the ways of writing their names. */
function pair(first: number, name: (kind: string) => string): Record<string, Uint8Array> {
  const pixels = Uint8Array.from({ length: 4 * 4 }, (_, i) => first + i);
  return {
    [name("images-idx3-ubyte")]: idxFile([4, 2, 2], pixels),
    [name("labels-idx1-ubyte")]: idxFile([4], Uint8Array.from([0, 1, 0, 1])),
  };
}

describe("IDX files", () => {
  const first = async (files: Record<string, Uint8Array | string | null>) =>
    (await openDataset(`mnist:${await place(files)}`)).train.images[0];

  test("Kaggle's archive: a folder of the same name beside each file", async () => {
    const files = pair(5, (kind) => `train-${kind.replace("-idx", ".idx")}`);
    const folders = pair(90, (kind) => `train-${kind}/train-${kind}`);
    expect(await first({ ...files, ...folders })).toBe(5);
    expect(await first(folders)).toBe(90);
  });

  test("torchvision's folders, and one folder below", async () => {
    expect(await first(pair(5, (kind) => `MNIST/raw/train-${kind}`))).toBe(5);
    expect(await first(pair(6, (kind) => `raw/train-${kind}`))).toBe(6);
    expect(await first({ ...pair(7, (kind) => `train-${kind}`), ...pair(8, (kind) => `old/train-${kind}`) })).toBe(7);
  });

  test("two sets below are named", async () => {
    const root = await place({
      ...pair(5, (kind) => `MNIST/raw/train-${kind}`),
      ...pair(6, (kind) => `FashionMNIST/raw/train-${kind}`),
    });
    expect((await failure(() => openDataset(`mnist:${root}`))).message).toBe(
      `${root} holds several sets (FashionMNIST/raw, MNIST/raw); name one of them, as mnist:${join(root, "FashionMNIST/raw")}`,
    );
  });

  test("test images alone", async () => {
    const root = await place(pair(5, (kind) => `t10k-${kind}`));
    expect((await failure(() => openDataset(`mnist:${root}`))).message).toContain("no training images in");
  });
});

describe("another form than was asked for is recognized", () => {
  test.each<[string, string, Record<string, string | null>, string]>([
    ["CIFAR-10's Python version", "cifar10", { data_batch_1: "", "batches.meta": "" }, "cifar10:DIR --download"],
    ["its folder", "cifar10", { "cifar-10-batches-py": null }, "cifar-10-binary.tar.gz and unpack it"],
    ["its archive", "cifar10", { "cifar-10-python.tar.gz": "" }, "cifar10:DIR --download"],
    ["CIFAR-100's Python version", "cifar100", { train: "", test: "", meta: "" }, "cifar100:DIR --download"],
    ["an archive that is still packed", "cifar10", { "cifar-10-binary.tar.gz": "" }, "tar xf cifar-10-binary.tar.gz"],
    ["CIFAR-100 for CIFAR-10", "cifar10", { "train.bin": "" }, "it holds CIFAR-100: cifar100:DIR"],
    ["CIFAR-10 for CIFAR-100", "cifar100", { "data_batch_1.bin.gz": "" }, "it holds CIFAR-10: cifar10:DIR"],
    ["CIFAR-10 for IDX", "mnist", { "cifar-10-batches-bin": null }, "it holds CIFAR-10: cifar10:DIR"],
    ["IDX for a folder", "folder", { "train-images-idx3-ubyte.gz": "" }, "it holds IDX files: mnist:DIR"],
    ["a table", "mnist", { "train.csv": "" }, "it holds train.csv, which is not read"],
  ])("%s", async (_, kind, files, advice) => {
    const root = await place(files);
    const error = await failure(() => openDataset(`${kind}:${root}`));
    expect(error.code).toBe("data");
    expect(error.message).toContain(advice.replace("DIR", root));
  });

  test("nothing that is known adds nothing", async () => {
    const root = await place({ "notes.txt": "" });
    expect((await failure(() => openDataset(`cifar10:${root}`))).message).toMatch(/gzipped or not$/);
  });
});
