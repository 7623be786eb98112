import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openFolder } from "../../src/data/folder.ts";
import { failure, temporaryDirectory } from "./helpers.ts";

type Colour = { r: number; g: number; b: number };
const RED = { r: 255, g: 0, b: 0 };
const GREEN = { r: 0, g: 255, b: 0 };

const plain = (width: number, height: number, background: Colour) =>
  sharp({ create: { width, height, channels: 3, background } });

/** Writes `files` (path → contents) below a new directory. */
async function folderOf(files: Record<string, Promise<Uint8Array> | Uint8Array | string>): Promise<string> {
  const root = await temporaryDirectory();
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), await contents);
  }
  return root;
}

describe("openFolder", () => {
  test("classes and images in order, any size and format, one size out", async () => {
    const root = await folderOf({
      "zebra/1.png": plain(50, 40, RED).png().toBuffer(),
      "ant/b.webp": plain(8, 8, GREEN).webp({ lossless: true }).toBuffer(),
      "ant/a.JPG": plain(100, 300, GREEN).jpeg({ quality: 100 }).toBuffer(),
      "ant/notes.txt": "not an image",
      ".hidden/x.png": "not a class",
    });
    const dataset = await openFolder(root, { size: 16 });
    expect(dataset.classes).toEqual(["ant", "zebra"]);
    expect([...dataset.train.labels]).toEqual([0, 0, 1]);
    expect(dataset.train).toMatchObject({ count: 3, height: 16, width: 16, channels: 3 });
    expect([...dataset.train.images.subarray(2 * 768, 2 * 768 + 6)]).toEqual([255, 0, 0, 255, 0, 0]);
    expect([...dataset.train.images.subarray(768, 768 + 3)]).toEqual([0, 255, 0]);
    // Constants are the images' own: red is 255 in a third of the pixels (JPEG may be off by a level or two).
    expect(dataset.mean[0]).toBeCloseTo(1 / 3, 2);
    expect(dataset.std[0]).toBeCloseTo(Math.sqrt(2) / 3, 2);
  });

  test("a wide image is cropped about its centre", async () => {
    const strip = { left: 40, top: 0, input: await plain(20, 20, GREEN).png().toBuffer() };
    const wide = plain(100, 20, RED).composite([strip]).png().toBuffer();
    const root = await folderOf({ "a/wide.png": wide, "b/x.png": plain(4, 4, RED).png().toBuffer() });
    const { train } = await openFolder(root, { size: 20 });
    const centre = (10 * 20 + 10) * 3;
    expect([...train.images.subarray(centre, centre + 3)]).toEqual([0, 255, 0]);
    expect(
      train.images
        .subarray(0, 1200)
        .filter((_, i) => i % 3 === 1)
        .every((green) => green === 255),
    ).toBe(true);
  });

  test("grey and transparent images become three channels, transparency black", async () => {
    const grey = sharp(Buffer.alloc(16, 100), { raw: { width: 4, height: 4, channels: 1 } })
      .png()
      .toBuffer();
    const clear = sharp({ create: { width: 4, height: 4, channels: 4, background: { ...RED, alpha: 0 } } })
      .png()
      .toBuffer();
    const { train } = await openFolder(await folderOf({ "a/grey.png": grey, "b/clear.png": clear }), { size: 4 });
    expect([...train.images]).toEqual([...Array(48).fill(100), ...Array(48).fill(0)]);
  });

  test("train and test folders", async () => {
    const image = plain(4, 4, RED).png().toBuffer();
    const root = await folderOf({ "train/a/1.png": image, "train/b/1.png": image, "test/b/2.png": image });
    const dataset = await openFolder(root, { size: 4 });
    expect(dataset.classes).toEqual(["a", "b"]);
    expect([...(dataset.test?.labels ?? [])]).toEqual([1]);
  });

  test("more images than are decoded at once keep their order", async () => {
    const files: Record<string, Promise<Uint8Array>> = {};
    for (let i = 0; i < 40; i++) {
      files[`a/${String(i).padStart(2, "0")}.png`] = plain(3 + (i % 5), 5, { r: i, g: 0, b: 0 })
        .png()
        .toBuffer();
    }
    files["b/x.png"] = plain(3, 3, RED).png().toBuffer();
    const { train } = await openFolder(await folderOf(files), { size: 2 });
    expect(Array.from({ length: 40 }, (_, n) => train.images[n * 12])).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

describe("what cannot be opened", () => {
  const good = () => plain(4, 4, RED).png().toBuffer();

  test("an empty folder", async () => {
    expect((await failure(async () => openFolder(await temporaryDirectory()))).message).toContain(
      "has no class folders",
    );
  });

  test("images without class folders, or a single class", async () => {
    expect((await failure(async () => openFolder(await folderOf({ "x.png": good() })))).message).toContain(
      "no class folders",
    );
    expect((await failure(async () => openFolder(await folderOf({ "a/x.png": good() })))).message).toContain(
      "only one class folder",
    );
  });

  test("a class without images", async () => {
    const root = await folderOf({ "a/x.png": good(), "b/readme.txt": "" });
    expect((await failure(() => openFolder(root))).message).toContain(`${join(root, "b")} has no images`);
  });

  test("a corrupt image is named, the first of several", async () => {
    const broken = (await good()).subarray(0, 40);
    const root = await folderOf({ "a/1.png": good(), "a/2.png": broken, "a/3.png": "text", "b/1.png": good() });
    const error = await failure(() => openFolder(root));
    expect(error.code).toBe("data");
    expect(error.message).toContain(`cannot decode the image ${join(root, "a", "2.png")}`);
  });

  test("a truncated JPEG", async () => {
    const noise = sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: RED,
        noise: { type: "gaussian", mean: 128, sigma: 30 },
      },
    });
    const jpeg = await noise.jpeg().toBuffer();
    const root = await folderOf({ "a/1.jpg": jpeg.subarray(0, jpeg.length / 2), "b/1.png": good() });
    expect((await failure(() => openFolder(root))).message).toContain("cannot decode the image");
  });

  test("a test class that training does not have", async () => {
    const root = await folderOf({ "train/a/1.png": good(), "train/b/1.png": good(), "test/c/1.png": good() });
    expect((await failure(() => openFolder(root))).message).toContain("is a class that");
  });
});
