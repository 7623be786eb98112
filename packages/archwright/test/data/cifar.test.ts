import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { CIFAR10, CIFAR100, openCifar, parseCifar } from "../../src/data/cifar.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { channelStatistics } from "../../src/data/statistics.ts";
import { ArchwrightError } from "../../src/errors.ts";
import { coordinateRecord, describeWithSharedData, failure, SHARED_DATA, temporaryDirectory } from "./helpers.ts";

describe("records", () => {
  test("planes become channels-last pixels", () => {
    const set = parseCifar(coordinateRecord([7]), CIFAR10, "f");
    expect([set.count, set.height, set.width, set.channels, set.labels[0]]).toEqual([1, 32, 32, 3, 7]);
    for (const [y, x] of [
      [0, 0],
      [0, 31],
      [5, 7],
      [31, 0],
      [31, 31],
    ] as const) {
      const at = (y * 32 + x) * 3;
      expect([...set.images.subarray(at, at + 3)]).toEqual([y, x, y + x]);
    }
  });

  test("CIFAR-100 uses the fine label, which is the second", () => {
    expect(parseCifar(coordinateRecord([3, 87]), CIFAR100, "f").labels[0]).toBe(87);
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["a byte too few", coordinateRecord([1]).subarray(1)],
    ["a byte too many", Buffer.concat([coordinateRecord([1]), Buffer.alloc(1)])],
    ["a record of CIFAR-100", coordinateRecord([1, 2])],
  ])("%s is refused", async (_, bytes) => {
    const error = await failure(() => parseCifar(bytes, CIFAR10, "data_batch_1.bin"));
    expect(error.code).toBe("data");
    expect(error.message).toContain("data_batch_1.bin is truncated or not a cifar10 batch");
  });

  test("labels outside the classes are refused, with the image's number", async () => {
    const error = await failure(() =>
      parseCifar(Buffer.concat([coordinateRecord([9]), coordinateRecord([10])]), CIFAR10, "f"),
    );
    expect(error.message).toContain("image 1 has label 10, but labels end at 9");
    await failure(() => parseCifar(coordinateRecord([20, 0]), CIFAR100, "f"));
    await failure(() => parseCifar(coordinateRecord([0, 100]), CIFAR100, "f"));
  });

  test("any bytes parse to a consistent set or fail with an ArchwrightError", () => {
    const length = fc.oneof(fc.integer({ min: 0, max: 7000 }), fc.constantFrom(0, 3073, 3074, 6146, 6148, 9219));
    fc.assert(
      fc.property(
        length,
        fc.infiniteStream(fc.integer({ min: 0, max: 12 })),
        fc.boolean(),
        (bytes, values, hundred) => {
          const format = hundred ? CIFAR100 : CIFAR10;
          const noise = values[Symbol.iterator]();
          const data = new Uint8Array(bytes);
          const record = 3072 + format.labelRanges.length;
          for (let i = 0; i < bytes; i += record) data[i] = noise.next().value;
          try {
            const set = parseCifar(data, format, "f");
            expect(set.count * record).toBe(bytes);
            expect(set.images.length).toBe(set.count * 3072);
            expect(set.labels.every((label) => label < (hundred ? 100 : 10))).toBe(true);
          } catch (error) {
            if (!(error instanceof ArchwrightError)) throw error;
            expect(bytes % record !== 0 || bytes === 0 || !hundred).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("directories", () => {
  test("batches by number, gzipped or not; other files are left alone", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "data_batch_10.bin"), coordinateRecord([4]));
    await writeFile(join(directory, "data_batch_2.bin.gz"), gzipSync(coordinateRecord([3])));
    await writeFile(join(directory, "data_batch_1.bin"), Buffer.concat([coordinateRecord([1]), coordinateRecord([2])]));
    await writeFile(join(directory, "data_batch_1.bin.gz"), "the plain file goes before this one");
    await writeFile(join(directory, "valid_batch.bin"), "neither training nor test");
    const dataset = await openCifar(directory, CIFAR10);
    expect([...dataset.train.labels]).toEqual([1, 2, 3, 4]);
    expect(dataset.train.count).toBe(4);
    expect(dataset.test).toBeUndefined();
    expect("test" in dataset).toBe(false);
  });

  test("the official archive's folder is found inside the directory", async () => {
    const directory = await temporaryDirectory();
    const inner = join(directory, "cifar-100-binary");
    await mkdir(inner);
    await writeFile(join(inner, "train.bin"), coordinateRecord([0, 99]));
    await writeFile(join(inner, "test.bin"), coordinateRecord([0, 42]));
    const dataset = await openCifar(directory, CIFAR100);
    expect([dataset.train.labels[0], dataset.test?.labels[0], dataset.classes.length]).toEqual([99, 42, 100]);
  });

  test("no directory: the near one is named", async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "cifar10"));
    const error = await failure(() => openCifar(join(directory, "cifar1O"), CIFAR10));
    expect(error.message).toContain(`did you mean "${join(directory, "cifar10")}"?`);
  });

  test("no batches: what was expected is named", async () => {
    const error = await failure(async () => openCifar(await temporaryDirectory(), CIFAR10));
    expect(error.message).toContain("data_batch_1.bin ... data_batch_5.bin");
  });

  test("a truncated gzip file is refused", async () => {
    const directory = await temporaryDirectory();
    const packed = gzipSync(coordinateRecord([1]));
    await writeFile(join(directory, "data_batch_1.bin.gz"), packed.subarray(0, packed.length - 9));
    const error = await failure(() => openCifar(directory, CIFAR10));
    expect(error.message).toContain("damaged or truncated gzip file");
  });

  test("more images than a batch has are refused, plain and gzipped", async () => {
    const directory = await temporaryDirectory();
    const tooMany = new Uint8Array(10001 * 3073);
    await writeFile(join(directory, "data_batch_1.bin"), tooMany);
    expect((await failure(() => openCifar(directory, CIFAR10))).message).toContain("too large");
    await writeFile(join(directory, "data_batch_1.bin"), gzipSync(tooMany, { level: 1 }));
    expect((await failure(() => openCifar(directory, CIFAR10))).message).toContain("too large");
  });
});

describe("classes", () => {
  test("a hundred different names in alphabetical order", () => {
    expect(new Set(CIFAR100.classes).size).toBe(100);
    expect([...CIFAR100.classes].sort()).toEqual(CIFAR100.classes);
  });
});

describeWithSharedData("the real CIFAR-10 batches", () => {
  const directory = join(SHARED_DATA, "cifar10");
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await openCifar(directory, CIFAR10);
  });

  test("are the official files", async () => {
    const official = "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"; // data_batch_1.bin
    const contents = gunzipSync(await readFile(join(directory, "data_batch_1.bin.gz")));
    expect(createHash("sha256").update(contents).digest("hex")).toBe(official);
  });

  test("have the counts, classes and pixels that NumPy reads", () => {
    expect([dataset.train.count, dataset.test?.count]).toEqual([20000, 1000]);
    const perClass = Array.from({ length: 10 }, () => 0);
    for (const label of dataset.train.labels) perClass[label] = (perClass[label] as number) + 1;
    expect(perClass).toEqual([1989, 1981, 2042, 2011, 2009, 1925, 2038, 2027, 2012, 1966]);
    expect(dataset.classes[dataset.train.labels[0] as number]).toBe("frog");
    expect([...dataset.train.images.subarray(0, 3)]).toEqual([59, 62, 63]);
    const at = (5 * 32 + 7) * 3;
    expect([...dataset.train.images.subarray(at, at + 3)]).toEqual([119, 77, 37]);
  });

  test("have the mean and std that NumPy computes, near the published ones of all five batches", () => {
    const { mean, std } = channelStatistics(dataset.train);
    const measured = { mean: [0.49279932, 0.48298809, 0.44701087], std: [0.24742507, 0.24411885, 0.26205359] };
    for (let c = 0; c < 3; c++) {
      expect(mean[c]).toBeCloseTo(measured.mean[c] as number, 7);
      expect(std[c]).toBeCloseTo(measured.std[c] as number, 7);
      expect(Math.abs((dataset.mean[c] as number) - (mean[c] as number))).toBeLessThan(0.002);
      expect(Math.abs((dataset.std[c] as number) - (std[c] as number))).toBeLessThan(0.001);
    }
  });

  test("name the classes as batches.meta.txt does", async () => {
    const names = (await readFile(join(directory, "batches.meta.txt"), "utf8")).trim().split("\n");
    expect(dataset.classes).toEqual(names);
  });
});
