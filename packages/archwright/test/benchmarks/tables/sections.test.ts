import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  keyFinder,
  numberReader,
  packKeys,
  packNumbers,
  packTexts,
  textReader,
} from "../../../src/benchmarks/tables/sections.ts";

/** As a file is read: at the start of a buffer of its own. */
const aligned = (bytes: Buffer): Buffer => Buffer.from(new Uint8Array(bytes).buffer);

function readBack(values: readonly number[]): number[] {
  const { encoding, bytes } = packNumbers(Float64Array.from(values));
  const read = numberReader(encoding, aligned(bytes));
  return values.map((_, i) => read(i));
}

describe("numbers", () => {
  it("come back to the last bit, NaN included, in any encoding", () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        const positive = values.map((value) => value + 0);
        expect(readBack(positive)).toEqual(positive);
      }),
    );
  });

  it("take the shortest encoding", () => {
    const repeated = (distinct: number, of: (i: number) => number) =>
      Float64Array.from({ length: 100_000 }, (_, i) => of(i % distinct));
    expect(packNumbers(repeated(200, (i) => i / 7)).encoding).toMatchObject({ kind: "dictionary", indexBytes: 1 });
    expect(packNumbers(repeated(2_000, (i) => i / 7)).encoding).toMatchObject({ kind: "dictionary", indexBytes: 2 });
    expect(packNumbers(repeated(100_000, Math.fround)).encoding).toEqual({ kind: "float32" });
    expect(packNumbers(repeated(100_000, (i) => i / 7)).encoding).toEqual({ kind: "float64" });
  });
});

describe("texts", () => {
  it("come back in any order, over many blocks", () => {
    const texts = Array.from({ length: 1_000 }, (_, i) => (i % 7 === 0 ? "" : `architecture ${i} ü`));
    const read = textReader(texts.length, aligned(packTexts(texts)));
    for (const i of [0, 999, 255, 256, 512, 1, 998, 256]) expect(read(i)).toBe(texts[i]);
    expect(texts.map((_, i) => read(i))).toEqual(texts);
  });
});

describe("keys", () => {
  it("find all their rows and no others", () => {
    const key = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.array(fc.oneof(key, fc.constantFrom(0n, 1n, 2n ** 64n - 1n))), key, (keys, other) => {
        const find = keyFinder(keys.length, aligned(packKeys(BigUint64Array.from(keys))));
        for (const wanted of [...keys, other]) {
          const rows = keys.flatMap((key, row) => (key === wanted ? [row] : []));
          expect(find(wanted).toSorted((a, b) => a - b)).toEqual(rows);
        }
      }),
    );
  });
});
