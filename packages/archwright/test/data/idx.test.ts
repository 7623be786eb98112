import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIdx, parseIdxPair } from "../../src/data/idx.ts";
import { openMnist } from "../../src/data/mnist.ts";
import { channelStatistics } from "../../src/data/statistics.ts";
import { ArchwrightError } from "../../src/errors.ts";
import { describeWithSharedData, failure, idxFile, SHARED_DATA, temporaryDirectory } from "./helpers.ts";

describe("parseIdx", () => {
  test("what was written is read back, for any shape", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        fc.nat(255),
        (shape, fill) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const values = Uint8Array.from({ length: size }, (_, i) => (fill + i) % 256);
          const read = parseIdx(idxFile(shape, values), shape.length, "f");
          expect(read.shape).toEqual(shape);
          expect([...read.values]).toEqual([...values]);
        },
      ),
    );
  });

  test("any bytes give an array of the stated size or an ArchwrightError", () => {
    const prefix = fc.constantFrom(
      [],
      [0, 0],
      [0, 0, 8],
      [0, 0, 8, 1],
      [0, 0, 8, 3],
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0],
    );
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 64 }), fc.constantFrom(1, 3), (head, tail, dimensions) => {
        const bytes = Uint8Array.from([...head, ...tail]);
        try {
          const { shape, values } = parseIdx(bytes, dimensions, "f");
          expect(shape.reduce((a, b) => a * b, 1)).toBe(values.length);
          expect(values.length).toBe(bytes.length - 4 - 4 * dimensions);
        } catch (error) {
          if (!(error instanceof ArchwrightError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("flipping or cutting a valid file is noticed or harmless", () => {
    const valid = idxFile([2, 3, 4], new Uint8Array(24));
    for (let length = 0; length < valid.length; length++) {
      expect(() => parseIdx(valid.subarray(0, length), 3, "f")).toThrow(ArchwrightError);
    }
    for (let i = 0; i < 16; i++) {
      const changed = Uint8Array.from(valid);
      changed[i] = (changed[i] as number) ^ 0x80;
      expect(() => parseIdx(changed, 3, "f")).toThrow(ArchwrightError);
    }
  });

  test.each([
    ["truncated", idxFile([5], new Uint8Array(4)), "it is truncated: 5 values need 5 bytes, it holds 4"],
    ["oversized", idxFile([5], new Uint8Array(6)), "it is too large: 5 values need 5 bytes, it holds 6"],
    ["floats", Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 0]), "its values are of type 0x0d"],
    ["images for labels", idxFile([1, 1, 1], new Uint8Array(1)), "it has 3 dimensions where 1 are needed"],
    ["empty", idxFile([0], new Uint8Array(0)), "its shape 0 is empty"],
  ])("%s", async (_, bytes, message) => {
    expect((await failure(() => parseIdx(bytes, 1, "f"))).message).toContain(message);
  });

  test("images and labels must be equally many", async () => {
    const error = await failure(() =>
      parseIdxPair(
        { bytes: idxFile([2, 1, 1], new Uint8Array(2)), file: "i" },
        { bytes: idxFile([3], new Uint8Array(3)), file: "l" },
      ),
    );
    expect(error.message).toContain("it has 3 labels for the 2 images of i");
  });
});

describe("openMnist", () => {
  const images = (count: number) =>
    idxFile(
      [count, 2, 2],
      Uint8Array.from({ length: 4 * count }, (_, i) => (37 * i) % 256),
    );
  const labels = (...values: number[]) => idxFile([values.length], Uint8Array.from(values));

  test("other names of the same kind; unknown sets are measured and count their classes", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "emnist-letters-train-images.idx3-ubyte"), images(3));
    await writeFile(join(directory, "emnist-letters-train-labels.idx1-ubyte.gz"), gzipSync(labels(1, 26, 5)));
    const dataset = await openMnist(directory);
    expect(dataset.name).toBe("idx");
    expect(dataset.classes).toHaveLength(27);
    expect(dataset.mean).toEqual(channelStatistics(dataset.train).mean);
    expect(dataset.train).toMatchObject({ count: 3, height: 2, width: 2, channels: 1 });
  });

  test("a missing half of a pair is named", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "train-images-idx3-ubyte"), images(1));
    expect((await failure(() => openMnist(directory))).message).toContain(
      "train-images-idx3-ubyte has no labels file beside it",
    );
  });

  test("an empty directory", async () => {
    const error = await failure(async () => openMnist(await temporaryDirectory()));
    expect(error.message).toContain("no train-images-idx3-ubyte in");
  });

  test("two sets in one directory", async () => {
    const directory = await temporaryDirectory();
    for (const name of ["a", "b"]) await writeFile(join(directory, `${name}-train-images-idx3-ubyte`), images(1));
    expect((await failure(() => openMnist(directory))).message).toContain("holds several sets");
  });
});

describeWithSharedData("real IDX files", () => {
  // Counts and statistics were computed with NumPy.
  test("MNIST", async () => {
    const dataset = await openMnist(join(SHARED_DATA, "mnist"));
    expect([dataset.name, dataset.train.count, dataset.test?.count]).toEqual(["mnist", 10000, 10000]);
    expect([...dataset.train.labels.subarray(0, 8)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3]);
    const { mean, std } = channelStatistics(dataset.train);
    expect(mean[0]).toBeCloseTo(0.13112383453381352, 10);
    expect(std[0]).toBeCloseTo(0.3086993480853214, 10);
    expect([dataset.mean, dataset.std]).toEqual([[0.1307], [0.3081]]);
  });

  test("Fashion-MNIST", async () => {
    const dataset = await openMnist(join(SHARED_DATA, "fashion-mnist"));
    expect([dataset.name, dataset.train.count, dataset.test?.count]).toEqual(["fashion-mnist", 20000, 5000]);
    expect([...dataset.train.labels.subarray(0, 8)]).toEqual([0, 3, 9, 1, 6, 5, 3, 9]);
    expect(channelStatistics(dataset.train).std[0]).toBeCloseTo(0.35330224602181376, 10);
    expect([dataset.mean, dataset.std]).toEqual([[0.286], [0.353]]);
    expect(dataset.classes[9]).toBe("Ankle boot");
  });
});
