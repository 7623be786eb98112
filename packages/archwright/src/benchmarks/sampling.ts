/** Going through a benchmark table, whole or in part. */
import { ArchwrightError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { Benchmark, BenchmarkRecord } from "./benchmark.ts";

/** Every record, by index. */
export function* records(benchmark: Benchmark): Generator<BenchmarkRecord> {
  for (let index = 0; index < benchmark.size; index++) yield benchmark.record(index);
}

/**
 * Indices of `count` different architectures, drawn uniformly, in the order of the draws. Throws
 * `ArchwrightError("usage")` for more than the table holds.
 */
export function sampleIndices(benchmark: Pick<Benchmark, "name" | "size">, count: number, random: Random): number[] {
  const { name, size } = benchmark;
  if (!Number.isInteger(count) || count < 0 || count > size) {
    throw new ArchwrightError(
      "usage",
      `cannot draw ${count} architectures from the table ${name}, which holds ${size}`,
    );
  }
  // Fisher-Yates, of which only the places that were touched are kept.
  const moved = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const j = i + random.integer(size - i);
    const drawn = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return drawn;
  });
}

/** The records of {@link sampleIndices}. */
export const sampleRecords = (benchmark: Benchmark, count: number, random: Random): BenchmarkRecord[] =>
  sampleIndices(benchmark, count, random).map((index) => benchmark.record(index));
