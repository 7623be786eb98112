import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  augmentBatch,
  NO_AUGMENTATION,
  normalizationTable,
  SEARCH_AUGMENTATION,
  TRAINING_AUGMENTATION,
} from "../../src/data/augment.ts";
import { type Batch, Batches, type BatchesOptions, type BatchesState, inOrder } from "../../src/data/sampler.ts";
import { slice } from "../../src/data/split.ts";
import { Random } from "../../src/random.ts";
import { failure, imageSet } from "./helpers.ts";

const set = imageSet(23, 8, 8, 3, (n, y, x, c) => (n * 10 + y + x + c) % 256);
const options: BatchesOptions = {
  batchSize: 5,
  seed: 4,
  name: "train",
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  augmentation: SEARCH_AUGMENTATION,
};

/** Everything in a batch as text, cheap to compare. */
const bits = ({ images, labels, indices }: Batch) =>
  [images, labels, indices].map(({ buffer }) => Buffer.from(buffer).toString("base64")).join(" ");

const take = (batches: Batches, count: number) => Array.from({ length: count }, () => batches.next());

describe("epochs", () => {
  test("each holds every image once, in a new order, with labels that follow", () => {
    const batches = new Batches(set, options);
    expect(batches.batchesPerEpoch).toBe(5);
    const orders = [0, 1, 2].map((epoch) => {
      expect(batches.epoch).toBe(epoch);
      const epochBatches = take(batches, 5);
      expect(epochBatches.map(({ size }) => size)).toEqual([5, 5, 5, 5, 3]);
      for (const { labels, indices } of epochBatches) expect([...labels]).toEqual([...indices].map((i) => i % 10));
      return epochBatches.flatMap(({ indices }) => [...indices]);
    });
    for (const order of orders)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
    expect(new Set(orders.map(String)).size).toBe(3);
  });

  test("dropLast leaves out the rest", () => {
    const batches = new Batches(set, { ...options, dropLast: true });
    expect(batches.batchesPerEpoch).toBe(4);
    expect(take(batches, 9).every(({ size }) => size === 5)).toBe(true);
    expect(batches.epoch).toBe(2);
  });

  test("without shuffling, images come by index", () => {
    const batches = new Batches(set, { ...options, shuffle: false });
    expect(take(batches, 6).map(({ indices }) => indices[0])).toEqual([0, 5, 10, 15, 20, 0]);
  });

  test("images are those of the indices, channels-last", () => {
    const batch = new Batches(set, { ...options, augmentation: NO_AUGMENTATION }).next();
    expect(batch).toMatchObject({ size: 5, height: 8, width: 8, channels: 3 });
    expect(batch.images).toHaveLength(5 * 8 * 8 * 3);
    const expected = [...batch.indices].flatMap((n) =>
      Array.from(set.images.subarray(n * 192, n * 192 + 192), (byte) => Math.fround((byte / 255 - 0.5) / 0.25)),
    );
    expect([...batch.images]).toEqual(expected);
  });
});

describe("determinism", () => {
  test("the same seed gives the same batches; another seed or name others", () => {
    const run = (changed: Partial<BatchesOptions>) => take(new Batches(set, { ...options, ...changed }), 12).map(bits);
    expect(run({})).toEqual(run({}));
    expect(run({ seed: 5 })).not.toEqual(run({}));
    expect(run({ name: "valid" })).not.toEqual(run({}));
  });

  test("augmentation draws from a stream of its own, in no relation to the order", () => {
    const batch = new Batches(set, options).next();
    const augmentedBy = (stream: string): Float32Array => {
      const images = new Float32Array(batch.images.length);
      const table = normalizationTable(options.normalization);
      augmentBatch(set, batch.indices, table, SEARCH_AUGMENTATION, Random.stream(options.seed, stream), images);
      return images;
    };
    expect(batch.images).toEqual(augmentedBy("data/train/augmentation"));
    expect(batch.images).not.toEqual(augmentedBy("data/train/shuffle"));
  });

  test("augmentation does not shift the order", () => {
    const order = (augmentation: typeof NO_AUGMENTATION) =>
      take(new Batches(set, { ...options, augmentation }), 12).map(({ indices }) => [...indices]);
    expect(order(NO_AUGMENTATION)).toEqual(order(TRAINING_AUGMENTATION));
  });

  test("resuming anywhere, through JSON, goes on to the same bits", () => {
    fc.assert(
      fc.property(
        fc.nat(14),
        fc.integer({ min: 1, max: 23 }),
        fc.boolean(),
        fc.boolean(),
        (done, batchSize, dropLast, wrap) => {
          const settings = { ...options, batchSize, dropLast, ...(wrap ? { epochImages: 57 } : {}) };
          const straight = new Batches(set, settings);
          take(straight, done);
          const state = JSON.parse(JSON.stringify(straight.save())) as BatchesState;
          const resumed = Batches.restore(set, settings, state);
          expect(resumed.epoch).toBe(straight.epoch);
          expect(resumed.save()).toEqual(state);
          expect(take(resumed, 12).map(bits)).toEqual(take(straight, 12).map(bits));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a position that cannot be is refused", async () => {
    const state = new Batches(set, options).save();
    const error = await failure(() => Batches.restore(set, options, { ...state, position: 24 }));
    expect(error.code).toBe("run");
  });
});

describe("independent batches", () => {
  const independent = { ...options, independent: true };
  const drawn = (batches: Batches, count: number) => take(batches, count).map(({ indices }) => [...indices]);

  test("are full, without replacement in a batch, each drawn anew from the whole set", () => {
    // An epoch of 23 images would end with a batch of 3, and its batches would share none.
    const all = drawn(new Batches(set, independent), 200);
    for (const indices of all) {
      expect(new Set(indices).size).toBe(5);
      for (const i of indices) expect(i < 23).toBe(true);
    }
    expect(new Set(all.map((indices) => String(indices))).size).toBe(200);
    const sharing = all.slice(1).filter((indices, n) => indices.some((i) => all[n]?.includes(i)));
    // Two batches share none with probability C(18,5)/C(23,5) = 0.2546; 4 standard deviations of 199 draws are 25.
    expect(Math.abs(sharing.length - 0.7454 * 199)).toBeLessThan(25);
  });

  test("take every image equally often: 5/23 of 2000 batches within 4.5 standard deviations", () => {
    const counts = new Array<number>(23).fill(0);
    for (const i of drawn(new Batches(set, { ...independent, augmentation: NO_AUGMENTATION }), 2000).flat()) {
      counts[i] = (counts[i] as number) + 1;
    }
    const p = 5 / 23;
    for (const count of counts) expect(Math.abs(count - 2000 * p)).toBeLessThan(4.5 * Math.sqrt(2000 * p * (1 - p)));
  });

  test("begin with the batch that an epoch would begin with, and then go their own way", () => {
    const [first, second] = [drawn(new Batches(set, independent), 2), drawn(new Batches(set, options), 2)];
    expect(first[0]).toEqual(second[0]);
    expect(first[1]).not.toEqual(second[1]);
  });

  test("may be as large as the set", () => {
    for (const indices of drawn(new Batches(set, { ...independent, batchSize: 23 }), 3)) {
      expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
    }
  });

  test("go on to the same bits wherever they are resumed, through JSON", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.integer({ min: 1, max: 23 }), (done, batchSize) => {
        const settings = { ...independent, batchSize };
        const straight = new Batches(set, settings);
        take(straight, done);
        const state = JSON.parse(JSON.stringify(straight.save())) as BatchesState;
        const resumed = Batches.restore(set, settings, state);
        expect(resumed.save()).toEqual(state);
        expect(resumed.epoch).toBe(straight.epoch);
        expect(take(resumed, 5).map(bits)).toEqual(take(straight, 5).map(bits));
      }),
      { numRuns: 40 },
    );
  });

  test("each makes an epoch of its own", () => {
    const batches = new Batches(set, independent);
    for (let n = 0; n < 4; n++) {
      expect(batches.epoch).toBe(n);
      batches.next();
    }
  });
});

describe("epochs of another length than the set", () => {
  test("fewer images: the first ones only", () => {
    const epoch = take(new Batches(set, { ...options, epochImages: 10 }), 2).flatMap(({ indices }) => [...indices]);
    expect(epoch.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  const rounds = (batchSize: number, epochImages: number) => {
    const batches = new Batches(set, { ...options, batchSize, epochImages });
    return take(batches, batches.batchesPerEpoch).map(({ indices }) => [...indices]);
  };

  test("more images: each once before one comes again, in an order of its own every time", () => {
    const drawn = rounds(5, 57).flat();
    const whole = Array.from({ length: 23 }, (_, i) => i);
    expect(drawn.slice(0, 23).sort((a, b) => a - b)).toEqual(whole);
    expect(drawn.slice(0, 23)).not.toEqual(drawn.slice(23, 46));
    expect(new Set(drawn.slice(46)).size).toBe(11);
  });

  test("no batch holds an image twice, not even where a round ends in it", () => {
    for (let batchSize = 1; batchSize <= 23; batchSize++) {
      for (const seed of [0, 1, 2]) {
        const batches = new Batches(set, { ...options, seed, batchSize, epochImages: 400 });
        for (const { indices } of take(batches, batches.batchesPerEpoch)) {
          expect(new Set(indices).size, `batches of ${batchSize}`).toBe(indices.length);
        }
      }
    }
  });

  test("every image comes equally often, whatever the batch size", () => {
    for (const batchSize of [4, 10, 23]) {
      const counts = new Map<number, number>();
      for (const i of rounds(batchSize, 23 * 20).flat()) counts.set(i, (counts.get(i) ?? 0) + 1);
      expect([...counts.values()], `batches of ${batchSize}`).toEqual(Array(23).fill(20));
    }
  });

  test("an image that comes again is augmented afresh", () => {
    const few = slice(set, 0, 4);
    const batches = new Batches(few, { ...options, batchSize: 4, epochImages: 12 });
    const versions = take(batches, 3).map(({ images, indices }) => {
      const b = indices.indexOf(0);
      return images.slice(b * 192, b * 192 + 192).join();
    });
    expect(new Set(versions).size).toBe(3);
  });
});

describe("what cannot be sampled", () => {
  test("a batch larger than the set", async () => {
    const error = await failure(() => new Batches(set, { ...options, batchSize: 24 }));
    expect(error.message).toBe(
      "a batch of 24 is more than the 23 train images there are; lower the batch size or add images",
    );
  });

  test("nor does a longer epoch make room for one", async () => {
    const error = await failure(() => new Batches(set, { ...options, batchSize: 24, epochImages: 240 }));
    expect(error.message).toContain("a batch of 24 is more than the 23 train images there are");
  });

  test.each([0, -1, 2.5, Number.NaN])("a batch size of %d", async (batchSize) => {
    expect((await failure(() => new Batches(set, { ...options, batchSize }))).code).toBe("usage");
  });

  test("an empty set", async () => {
    await failure(() => new Batches(slice(set, 0, 0), { ...options, epochImages: 10 }));
  });
});

test("inOrder gives every image once, the last batch smaller", () => {
  const batches = [...inOrder(set, 10, options.normalization)];
  expect(batches.map(({ size }) => size)).toEqual([10, 10, 3]);
  expect(batches.flatMap(({ indices }) => [...indices])).toEqual(Array.from({ length: 23 }, (_, i) => i));
  expect([...inOrder(set, 100, options.normalization)]).toHaveLength(1);
});
