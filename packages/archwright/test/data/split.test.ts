import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageSet } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/open.ts";
import { classDrift, countClasses, spread } from "../../src/data/order.ts";
import { halves, slice } from "../../src/data/split.ts";
import { Random } from "../../src/random.ts";
import { describeWithSharedData, failure, imageSet, SHARED_DATA } from "./helpers.ts";

/** Images whose every byte is their number. */
const labelled = (labels: readonly number[]): ImageSet => ({
  ...imageSet(labels.length, 2, 2, 1, (n) => n % 256),
  labels: Uint16Array.from(labels),
});

/** `sizes[c]` images of class c, class by class. */
const sorted = (...sizes: readonly number[]): ImageSet => labelled(sizes.flatMap((size, c) => Array(size).fill(c)));

const shuffled = (set: ImageSet): ImageSet => {
  const order = Random.stream(1, "shuffled").permutation(set.count);
  return { ...set, labels: Uint16Array.from(order, (i) => set.labels[i] as number) };
};

const names = (count: number) => Array.from({ length: count }, (_, c) => `class${c}`);
const counts = ({ labels }: ImageSet, classes: number) =>
  Array.from({ length: classes }, (_, c) => countClasses(labels).get(c) ?? 0);

/** The halves of a search with `seed`. */
const searched = (set: ImageSet, classes: number, seed = 0) =>
  halves({ train: spread(set, seed), classes: names(classes) });

describe("the drift of the classes", () => {
  test.each([
    ["class by class, two of equal size", sorted(4, 4), 1 / 2],
    [
      "class by class, four of equal size: all of the first where a quarter of the images are",
      sorted(3, 3, 3, 3),
      3 / 4,
    ],
    ["the rarest class last", sorted(30, 10), 3 / 4],
    ["the rarest class first", sorted(1, 3), 3 / 4],
    ["in turns", labelled([0, 1, 0, 1, 0, 1, 0, 1]), 1 / 8],
    ["each half class by class", labelled([0, 0, 1, 1, 0, 0, 1, 1]), 1 / 4],
  ])("%s", (_, set, drift) => {
    expect(classDrift(set.labels)).toBeCloseTo(drift, 12);
  });
});

describe("an order that has nothing to do with the labels", () => {
  test("stays, and is cut by index in the same memory", () => {
    const set = shuffled(sorted(500, 500, 500));
    expect(spread(set, 3)).toBe(set);
    const { train, valid } = halves({ train: slice(set, 0, 1499), classes: names(3) });
    expect([train.count, valid.count]).toEqual([749, 750]);
    expect(valid.labels[0]).toBe(set.labels[749]);
    expect(valid.images[0]).toBe(set.images[749 * 4]);
    expect(valid.images.buffer).toBe(set.images.buffer);
  });

  test("is that of the demo images", async () => {
    const { train } = await openDataset("demo");
    expect(spread(train, 0)).toBe(train);
  });

  describeWithSharedData("of published sets", () => {
    test.each(["cifar10:cifar10", "mnist:mnist", "mnist:fashion-mnist"])("%s", async (data) => {
      const [kind, folder] = data.split(":");
      const { train } = await openDataset(`${kind}:${SHARED_DATA}/${folder}`);
      expect(spread(train, 0)).toBe(train);
    });
  });
});

describe("an order that tells of the labels", () => {
  test.each([
    ["class by class", sorted(40, 40, 40, 40)],
    ["class by class, of very different sizes", sorted(100, 7, 2, 31)],
    ["class by class, odd sizes", sorted(3, 5, 7, 3)],
    ["each half class by class", labelled([...sorted(50, 50).labels, ...sorted(50, 50).labels])],
    [
      "files of two classes each, shuffled",
      labelled([...shuffled(sorted(90, 90)).labels].map((c, n) => c + (n > 89 ? 2 : 0))),
    ],
    [
      "a drift from one class to the other",
      labelled(Array.from({ length: 300 }, (_, n) => ((n * n) % 300 < n ? 1 : 0))),
    ],
  ])("%s: every first part holds every class in proportion", (_, set) => {
    const classes = Math.max(...set.labels) + 1;
    const spreaded = spread(set, 0);
    expect(counts(spreaded, classes)).toEqual(counts(set, classes));
    for (let end = 0; end <= set.count; end++) {
      for (const [c, found] of counts(slice(spreaded, 0, end), classes).entries()) {
        const share = ((counts(set, classes)[c] as number) * end) / set.count;
        expect(Math.abs(found - share), `class ${c} of the first ${end}`).toBeLessThanOrEqual(2);
      }
    }
  });

  test("both halves hold every class of two images or more, half of it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 2, maxLength: 30 }),
        fc.nat(99),
        (sizes, seed) => {
          const { train, valid } = searched(sorted(...sizes), sizes.length, seed);
          expect(valid.count - train.count).toBe((train.count + valid.count) % 2);
          for (const half of [train, valid]) {
            for (const [c, found] of counts(half, sizes.length).entries()) {
              expect([Math.floor((sizes[c] as number) / 2), Math.ceil((sizes[c] as number) / 2)]).toContain(found);
            }
          }
        },
      ),
    );
  });

  test("images go with their labels, each once; the order is that of the seed, and classes are shuffled", () => {
    const set = sorted(20, 20, 20);
    const of = (seed: number) => Array.from(spread(set, seed).images.filter((_, i) => i % 4 === 0));
    expect(of(0)).toEqual(of(0));
    expect(of(0)).not.toEqual(of(1));
    expect(of(0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(Array.from(spread(set, 0).labels)).toEqual(of(0).map((n) => Math.floor(n / 20)));
    const first = of(0).filter((n) => n < 20);
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
  });
});

describe("what cannot be halved", () => {
  test("a class of one image is named, others not", async () => {
    const error = await failure(() => searched(sorted(5, 1, 5), 3));
    expect(error.code).toBe("data");
    expect(error.message).toContain("class class1 has a single image; give every class two or more");
    expect((await failure(() => searched(sorted(1, 8, 1), 3))).message).toContain(
      "classes class0, class2 have a single",
    );
  });

  test("one class alone", async () => {
    const error = await failure(() => searched(sorted(0, 8), 2));
    expect(error.message).toBe("all 8 training images are of class class1; a search needs two classes or more");
  });

  test("a class without images is in no half, and that is no error", () => {
    expect(counts(searched(sorted(4, 0, 4), 3).train, 3)).toEqual([2, 0, 2]);
  });

  test("slices outside the set are refused", () => {
    for (const [start, end] of [
      [-1, 3],
      [4, 3],
      [0, 24],
    ] as const)
      expect(() => slice(sorted(12, 11), start, end)).toThrow(RangeError);
  });
});
