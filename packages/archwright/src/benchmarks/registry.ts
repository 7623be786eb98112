/** The benchmark tables that can be asked for by name, and those in files of the user's own. */
import { unknownName } from "../errors.ts";
import type { Benchmark } from "./benchmark.ts";
import { nasbench201Benchmark } from "./nasbench201.ts";
import { shippedTables } from "./shipped.ts";
import { openTable } from "./tables/read.ts";

/** Nothing is read from the disk until something is asked for. */
export const benchmarks: readonly Benchmark[] = [nasbench201Benchmark, ...shippedTables];

/** The table of this name, in any case. Throws `ArchwrightError("usage")` with the nearest name otherwise. */
export function findBenchmark(name: string): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name.toLowerCase());
  if (found === undefined)
    throw unknownName(
      "benchmark",
      name,
      benchmarks.map((benchmark) => benchmark.name),
    );
  return found;
}

/** A table by name, or by the path of a file that `archwright import` has made: one with a slash or an ending. */
export const openBenchmark = (nameOrPath: string): Benchmark =>
  /[\\/.]/.test(nameOrPath) ? openTable(nameOrPath) : findBenchmark(nameOrPath);
