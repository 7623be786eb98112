import { describe, expect, it } from "vitest";
import { findBenchmark } from "../../src/benchmarks/registry.ts";
import { records, sampleIndices, sampleRecords } from "../../src/benchmarks/sampling.ts";
import { Random } from "../../src/random.ts";

const table = findBenchmark("transnasbench101-macro");

describe("a sample", () => {
  it("has different indices, the same for the same seed", () => {
    const draw = (seed: number) => sampleIndices(table, 500, Random.stream(seed, "test"));
    expect(new Set(draw(1)).size).toBe(500);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(sampleRecords(table, 3, Random.stream(1, "test")).map(({ index }) => index)).toEqual(draw(1).slice(0, 3));
  });

  it("of everything is a permutation", () => {
    const all = sampleIndices(table, table.size, Random.stream(1, "test"));
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: table.size }, (_, i) => i));
  });

  it("is uniform in every place", () => {
    const random = Random.stream(7, "test");
    const counts = Array.from({ length: 3 }, () => [0, 0, 0, 0, 0]);
    for (let n = 0; n < 10_000; n++) {
      for (const [place, index] of sampleIndices({ name: "x", size: 5 }, 3, random).entries()) {
        const row = counts[place] as number[];
        row[index] = (row[index] as number) + 1;
      }
    }
    // χ² of 4 degrees of freedom: 18.5 is passed once in a thousand times.
    for (const row of counts) {
      expect(row.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0)).toBeLessThan(18.5);
    }
  });

  it("cannot be larger than the table", () => {
    expect(() => sampleIndices(table, 3_257, Random.stream(1, "test"))).toThrow(/cannot draw 3257 .* holds 3256/);
  });
});

it("going through all records reads each once", () => {
  const seen = [...records(table)];
  expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: table.size }, (_, i) => i));
});
