import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openMnist } from "../../src/data/mnist.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { openDataset } from "../../src/data/open.ts";
import { prepare } from "../../src/data/prepare.ts";
import { channelStatistics } from "../../src/data/statistics.ts";
import { describeWithSharedData, failure, imageSet, SHARED_DATA, temporaryDirectory } from "./helpers.ts";

const ASSETS = fileURLToPath(new URL("../../assets/demo", import.meta.url));

describe("demo", () => {
  test("3,000 and 500 real images, every ten of them one of each class", async () => {
    const dataset = await openDataset("demo");
    expect(dataset).toMatchObject({ name: "demo", mean: [0.286], std: [0.353] });
    expect(dataset.train).toMatchObject({ count: 3000, height: 28, width: 28, channels: 1 });
    expect(dataset.test).toMatchObject({ count: 500 });
    for (const set of [dataset.train, dataset.test]) {
      for (let n = 0; n < (set?.count ?? 0); n += 10) expect(new Set(set?.labels.subarray(n, n + 10)).size).toBe(10);
    }
    expect(dataset.classes[0]).toBe("T-shirt/top");
  });

  test("at most 4 MB, with licence and checksums that hold", async () => {
    const names = await readdir(ASSETS);
    let bytes = 0;
    for (const name of names) bytes += (await stat(join(ASSETS, name))).size;
    expect(bytes).toBeLessThan(4e6);
    expect(await readFile(join(ASSETS, "LICENSE"), "utf8")).toContain("2017 Zalando SE");
    const readme = await readFile(join(ASSETS, "README.md"), "utf8");
    const packed = names.filter((name) => name.endsWith(".gz"));
    expect(packed).toHaveLength(4);
    for (const name of packed) {
      const hash = createHash("sha256")
        .update(gunzipSync(await readFile(join(ASSETS, name))))
        .digest("hex");
      expect(readme).toContain(`| ${name} | \`${hash}\` |`);
    }
  });

  test("for a space of 32×32×3", async () => {
    const dataset = await openDataset("demo", { size: 32, channels: 3 });
    expect(dataset.train).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect(dataset).toMatchObject({ mean: [0.286, 0.286, 0.286], std: [0.353, 0.353, 0.353] });
  });
});

describeWithSharedData("demo images", () => {
  test("are images of Fashion-MNIST with their labels", async () => {
    const demo = await openDataset("demo");
    const whole = await openMnist(join(SHARED_DATA, "fashion-mnist"));
    const image = (set: typeof demo.train, n: number) =>
      Buffer.from(set.images.subarray(n * 784, n * 784 + 784)).toString("latin1");
    const labels = new Map<string, number | undefined>();
    for (let n = whole.train.count - 1; n >= 0; n--) labels.set(image(whole.train, n), whole.train.labels[n]);
    for (let n = 0; n < demo.train.count; n++) expect(labels.get(image(demo.train, n))).toBe(demo.train.labels[n]);
  });
});

describe("prepare", () => {
  const grey = {
    name: "x",
    train: imageSet(2, 3, 3, 1, (n, y, x) => 1 + 9 * n + 3 * y + x),
    classes: ["a"],
    mean: [0.1],
    std: [0.2],
    source: "here",
    notes: [],
  };

  test("pads with zeros on every side and repeats grey", () => {
    const { train, mean } = prepare(grey, { size: 7, channels: 3 });
    expect(train).toMatchObject({ count: 2, height: 7, width: 7, channels: 3, labels: grey.train.labels });
    for (let n = 0; n < 2; n++)
      for (let y = 0; y < 7; y++)
        for (let x = 0; x < 7; x++) {
          const inside = y >= 2 && y < 5 && x >= 2 && x < 5;
          const expected = inside ? 1 + 9 * n + 3 * (y - 2) + (x - 2) : 0;
          const at = ((n * 7 + y) * 7 + x) * 3;
          expect([...train.images.subarray(at, at + 3)]).toEqual([expected, expected, expected]);
        }
    expect(mean).toEqual([0.1, 0.1, 0.1]);
  });

  test("says of a border that is more than MNIST's, and of no other", () => {
    expect(prepare(grey, { size: 7 }).notes).toEqual([]);
    expect(prepare(grey, { size: 8 }).notes).toEqual([
      { kind: "bordered", message: "images of 3×3 get a black border to 8×8; those of folder:DIR are scaled" },
    ]);
  });

  test("keeps what fits", () => {
    expect(prepare(grey, { size: 3, channels: 1 })).toBe(grey);
    expect(prepare(grey, {})).toBe(grey);
  });

  test("refuses to shrink, and to turn colour into grey", async () => {
    expect((await failure(() => prepare(grey, { size: 2 }))).message).toContain("larger than the 2×2");
    const colour = { ...grey, train: imageSet(1, 2, 2, 3, () => 0), mean: [0, 0, 0], std: [1, 1, 1] };
    expect((await failure(() => prepare(colour, { channels: 1 }))).message).toContain("3 channels, but 1");
  });
});

describe("noise", () => {
  test("is standard normal after normalisation, up to bytes and the cut at 3", () => {
    const dataset = noiseDataset({ count: 100, seed: 1 });
    const { mean, std } = channelStatistics(dataset.train);
    // Variance of N(0,1) clamped to ±3 is 0.99464; n = 102,400 per channel, so 5 standard errors are 0.016 and 0.011.
    for (let c = 0; c < 3; c++) {
      expect(Math.abs(((mean[c] as number) - 0.5) / (42.5 / 255))).toBeLessThan(0.016);
      expect(Math.abs((std[c] as number) / (42.5 / 255) - Math.sqrt(0.99464))).toBeLessThan(0.011);
    }
    expect(new Set(dataset.train.labels).size).toBe(10);
  });

  test("depends on its seed only", async () => {
    const images = async (seed: number) => (await openDataset("noise:8", { seed })).train.images;
    expect(await images(1)).toEqual(await images(1));
    expect(await images(1)).not.toEqual(await images(2));
  });

  test("in the size and number asked for", async () => {
    const dataset = await openDataset("noise:8", { size: 16, channels: 1 });
    expect(dataset.train).toMatchObject({ count: 8, height: 16, width: 16, channels: 1 });
    expect(dataset.test).toMatchObject({ count: 2 });
    expect(dataset.mean).toHaveLength(1);
  });
});

describe("texts that open nothing", () => {
  test.each([
    ["cifar-10:x", "usage", 'did you mean "cifar10"?'],
    ["nosie", "usage", 'did you mean "noise"?'],
    ["", "usage", "known: demo, cifar10"],
    ["cifar10", "usage", '"cifar10" needs a directory: cifar10:DIR'],
    ["mnist:", "usage", "mnist:DIR"],
    ["demo:x", "usage", "takes nothing after it"],
    ["noise:many", "usage", "must be from 1 to 1000000"],
    ["noise:0", "usage", "must be from 1 to 1000000"],
    ["cifar100:/no/such/place", "data", "there is no directory /no/such/place"],
    ["folder:/no/such/place", "data", "there is no directory /no/such/place"],
  ])("%j", async (text, code, message) => {
    const error = await failure(() => openDataset(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test("a file where a directory belongs", async () => {
    const error = await failure(() => openDataset(`mnist:${join(ASSETS, "LICENSE")}`));
    expect(error.message).toContain("is a file");
  });

  test("an empty directory, for every kind that takes one", async () => {
    const directory = await temporaryDirectory();
    for (const kind of ["cifar10", "cifar100", "mnist", "folder"]) {
      expect((await failure(() => openDataset(`${kind}:${directory}`))).message).toContain(directory);
    }
  });
});
