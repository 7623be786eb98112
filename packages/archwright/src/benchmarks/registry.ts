/** The benchmark tables that can be asked for by name. */
import { unknownName } from "../errors.ts";
import type { Benchmark } from "./benchmark.ts";
import { nasbench201Benchmark } from "./nasbench201.ts";

/** Nothing is read from the disk until a value is asked for. */
export const benchmarks: readonly Benchmark[] = [nasbench201Benchmark];

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
