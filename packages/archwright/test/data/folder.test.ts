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
    const image = (colour: Colour) => plain(4, 4, colour).png().toBuffer();
    const root = await folderOf({
      "train/a/1.png": image(RED),
      "train/b/1.png": image(GREEN),
      "test/b/2.png": image(RED),
    });
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

describe("folders of parts", () => {
  const one = (colour: Colour) => plain(4, 4, colour).png().toBuffer();
  const training = (name: string) => ({ [`${name}/a/1.png`]: one(RED), [`${name}/b/1.png`]: one(GREEN) });

  test.each([
    ["train", "test"],
    ["train", "val"],
    ["train", "valid"],
    ["train", "validation"],
    ["training", "testing"],
    ["Train", "TEST"],
  ])("%s and %s", async (train, test) => {
    const dataset = await openFolder(await folderOf({ ...training(train), [`${test}/b/2.png`]: one(RED) }), {
      size: 4,
    });
    expect(dataset.classes).toEqual(["a", "b"]);
    expect([...dataset.train.labels]).toEqual([0, 1]);
    expect([...(dataset.test?.labels ?? [])]).toEqual([1]);
    expect(dataset.notes).toEqual([]);
  });

  test("of several test sets the first counts, and the images of the other are told", async () => {
    const root = await folderOf({ ...training("train"), "val/a/2.png": one(RED), "test/b/3.png": one(RED) });
    const { test: held, notes } = await openFolder(root, { size: 4 });
    expect([...(held?.labels ?? [])]).toEqual([1]);
    expect(notes).toEqual([
      {
        kind: "unused-files",
        message: `1 image in ${root} passed over, outside the class folders of the training and test images: val/a/2.png`,
        items: ["val/a/2.png"],
      },
    ]);
  });

  test("test images without class folders are no test set, and told", async () => {
    const dataset = await openFolder(await folderOf({ ...training("train"), "test/1.png": one(RED) }), { size: 4 });
    expect("test" in dataset).toBe(false);
    expect(dataset.notes.map(({ items }) => items)).toEqual([["test/1.png"]]);
  });
});

describe("files that are passed over", () => {
  test("are counted and named if they look like images; others and hidden ones are not", async () => {
    const good = await plain(4, 4, RED).png().toBuffer();
    const root = await folderOf({
      "a/1.bmp": "BM",
      "a/2.BMP": "BM",
      "a/3.png": good,
      "a/notes.txt": "text",
      "a/without-an-ending": good,
      "a/._3.png": good,
      "a/deeper/4.png": good,
      "b/1.heic": "x",
      "b/2.png": plain(4, 4, GREEN).png().toBuffer(),
      "__MACOSX/a/3.png": good,
      "5.png": good,
    });
    const dataset = await openFolder(root, { size: 4 });
    expect(dataset.classes).toEqual(["a", "b"]);
    expect(dataset.train.count).toBe(2);
    const unread = ["a/1.bmp", "a/2.BMP", "a/without-an-ending", "b/1.heic"];
    const unused = ["5.png", "a/deeper/4.png"];
    expect(dataset.notes).toEqual([
      {
        kind: "unread-files",
        message: `4 files in ${root} passed over, images of forms that are not read: a/1.bmp, a/2.BMP, a/without-an-ending and 1 more; convert them to jpg or png`,
        items: unread,
      },
      {
        kind: "unused-files",
        message: `2 images in ${root} passed over, outside the class folders of the training and test images: 5.png, a/deeper/4.png`,
        items: unused,
      },
    ]);
  });

  test("a class of nothing else names their endings", async () => {
    const root = await folderOf({ "a/1.bmp": "BM", "a/2.BMP": "BM", "b/1.png": plain(4, 4, RED).png().toBuffer() });
    expect((await failure(() => openFolder(root))).message).toMatch(
      /class folder .*a has no images \(jpg, .*\), but files in it end in \.BMP, \.bmp: convert them$/,
    );
  });
});

describe("values of other kinds than bytes", () => {
  /** Grey images whose 16-bit values go from 0 to `most`. */
  const deep = (most: number, alpha = false) => {
    const values = Uint16Array.from({ length: 64 }, (_, i) => Math.round((i * most) / 63));
    const [data, channels] = alpha
      ? [Uint16Array.from({ length: 256 }, (_, i) => (i % 4 === 3 ? 65535 : (values[i >> 2] as number))), 4 as const]
      : [values, 1 as const];
    return sharp(data, { raw: { width: 8, height: 8, channels } })
      .toColourspace(alpha ? "rgb16" : "grey16")
      .png()
      .toBuffer();
  };
  const ramp = Array.from({ length: 64 }, (_, i) => (255 * i) / 63);

  test.each([
    ["bytes", 255, 8],
    ["10 bits", 1023, 12],
    ["12 bits", 4095, 12],
    ["12 bits, the brightest missing", 3000, 12],
    ["a little more", 4096, 16],
    ["16 bits", 65535, 16],
  ])("16 bits that hold %s", async (_, most, bits) => {
    const root = await folderOf({ "a/1.png": deep(most), "a/2.png": deep(most / 2), "b/1.png": deep(most, true) });
    const { train, notes } = await openFolder(root, { size: 8 });
    const scale = most / (2 ** bits - 1);
    for (const [n, part] of [1, 0.5, 1].entries()) {
      const red = [...train.images.subarray(n * 192, (n + 1) * 192)].filter((_, i) => i % 3 === 0);
      for (const [i, value] of red.entries()) {
        expect(Math.abs(value - (ramp[i] as number) * part * scale), `image ${n}, pixel ${i}`).toBeLessThanOrEqual(1);
      }
    }
    const told = { kind: "bits", message: `3 images of 16 bits with no value above ${most}: read as ${bits} bits` };
    expect(notes).toEqual(bits === 16 ? [] : [told]);
  });

  test("16 bits beside bytes: each keeps its own scale", async () => {
    const bytes = sharp(Uint8Array.from(ramp), { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toBuffer();
    const { train } = await openFolder(await folderOf({ "a/1.png": deep(4095), "b/1.png": bytes }), { size: 8 });
    for (let i = 0; i < 64; i++) {
      expect(Math.abs((train.images[3 * i] as number) - (train.images[192 + 3 * i] as number))).toBeLessThanOrEqual(1);
    }
  });

  type Write = (view: DataView, at: number, n: number) => void;

  /** An uncompressed TIFF of 4×4 pixels of `samples` values. Format: 1 unsigned, 2 signed, 3 floating point. */
  function tiff(bits: number, format: 1 | 2 | 3, write: Write, samples = 1): Uint8Array {
    const [bitsOfEach, pixels] = [150, 200];
    const tags: readonly (readonly [number, number, number?])[] = [
      [256, 4],
      [257, 4],
      samples === 1 ? [258, bits] : [258, bitsOfEach, samples],
      [259, 1],
      [262, 1],
      [273, pixels],
      [277, samples],
      [278, 4],
      [279, 2 * bits * samples],
      [339, format],
    ];
    const bytes = new Uint8Array(pixels + 2 * bits * samples);
    const view = new DataView(bytes.buffer);
    bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0, tags.length, 0]);
    for (const [i, [tag, value, count = 1]] of tags.entries()) {
      const at = 10 + 12 * i;
      const [short, long] = [3, 4];
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, count > 1 ? short : long, true);
      view.setUint32(at + 4, count, true);
      view.setUint32(at + 8, value, true);
    }
    for (let n = 0; n < samples; n++) view.setUint16(bitsOfEach + 2 * n, bits, true);
    for (let n = 0; n < 16 * samples; n++) write(view, pixels + (n * bits) / 8, n);
    return bytes;
  }

  test.each([
    [
      "floating point",
      32,
      3,
      "floating-point",
      (view: DataView, at: number, n: number) => view.setFloat32(at, n / 15, true),
    ],
    ["32 bits", 32, 1, "uint", (view: DataView, at: number, n: number) => view.setUint32(at, n, true)],
    ["signed 16 bits", 16, 2, "short", (view: DataView, at: number, n: number) => view.setInt16(at, n, true)],
  ] as const)("%s is refused with the reason", async (_, bits, format, kind, write) => {
    const image = tiff(bits, format, write);
    const root = await folderOf({ "a/1.tif": image, "a/2.tiff": image, "b/1.png": plain(4, 4, RED).png().toBuffer() });
    const error = await failure(() => openFolder(root));
    expect(error.code).toBe("data");
    expect(error.message).toBe(
      `2 images ${join(root, "a/1.tif")}, ${join(root, "a/2.tiff")} have values of type ${kind}, whose range no file states: convert them to 8 or 16 bits`,
    );
  });

  test("more channels than colours and transparency are refused", async () => {
    const bands = tiff(8, 1, (view, at, n) => view.setUint8(at, n), 5);
    const root = await folderOf({ "a/1.tif": bands, "b/1.png": plain(4, 4, RED).png().toBuffer() });
    expect((await failure(() => openFolder(root))).message).toBe(
      `the image ${join(root, "a/1.tif")} has 5 channels: convert them to colour or grey`,
    );
  });

  test("several pages or frames are told", async () => {
    const frames = await sharp([await plain(4, 4, RED).png().toBuffer(), await plain(4, 4, GREEN).png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const root = await folderOf({ "a/1.gif": frames, "b/1.png": plain(4, 4, GREEN).png().toBuffer() });
    const { train, notes } = await openFolder(root, { size: 4 });
    expect([...train.images.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect(notes).toMatchObject([{ kind: "several-pages", items: [join(root, "a/1.gif")] }]);
  });
});

test("the size to which images are scaled is told, and those from which", async () => {
  const root = await folderOf({
    "a/1.png": plain(64, 48, RED).png().toBuffer(),
    "a/2.png": plain(10, 20, GREEN).png().toBuffer(),
    "b/1.png": plain(16, 16, RED).png().toBuffer(),
  });
  const { notes } = await openFolder(root, { size: 16 });
  expect(notes).toEqual([
    { kind: "scaled", message: "2 images of 10×20 to 64×48 pixels scaled to 16×16; --image-size sets another size" },
  ]);
});

describe("what cannot be opened", () => {
  test.each([
    ["black", 0, 0],
    ["almost black", 0, 1],
    ["white", 255, 255],
  ])("images that all come out %s", async (_, first, second) => {
    const grey = (value: number) => plain(4, 4, { r: value, g: value, b: value }).png().toBuffer();
    const root = await folderOf({ "a/1.png": grey(first), "b/1.png": grey(second) });
    const error = await failure(() => openFolder(root));
    expect(error.message).toContain(
      `come out as one and the same colour, ${first} ${first} ${first} of 255, from a/1.png`,
    );
  });

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

  test("a folder of one folder that holds the classes", async () => {
    const root = await folderOf({ "set/train/a/1.png": good(), "set/test/a/1.png": good() });
    expect((await failure(() => openFolder(root))).message).toBe(
      `${root} holds one folder of folders; did you mean folder:${join(root, "set")}?`,
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
