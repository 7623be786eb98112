/** What benchmark tables say of an answer: results of networks that were trained on the benchmark's own images. */
import type { Benchmark, Metric } from "../benchmarks/benchmark.ts";
import { openBenchmark } from "../benchmarks/registry.ts";
import { ArchwrightError } from "../errors.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import type { ArchitectureFile, RunFile } from "./run-files.ts";

export type TableValues = NonNullable<ArchitectureFile["benchmark"]>;

/** Images that a person brings: no table says anything about them. */
const ownImages: ReadonlySet<string> = new Set(["folder", "idx"]);

/** The table that is shown beside a run's answer: the one asked for, or the space's own unless the images are the user's own. */
export function tableOfAnswer(
  space: Pick<ArchitectureSpace, "benchmark">,
  { request, dataset }: Pick<RunFile, "request" | "dataset">,
): string | undefined {
  if (request.benchmark !== undefined) return request.benchmark;
  return dataset !== undefined && ownImages.has(dataset.name) ? undefined : space.benchmark;
}

/** Opens a table by name or file. Throws `ArchwrightError("usage")` if it is one of another space. */
export function tableOfSpace(nameOrPath: string, space: Pick<ArchitectureSpace, "name">): Benchmark {
  const table = openBenchmark(nameOrPath);
  if (table.space === space.name) return table;
  throw new ArchwrightError("usage", `${table.name} is a table of ${table.space}, not of ${space.name}`);
}

/** All values of an architecture; none where the table does not hold it. */
export function tableValues(nameOrPath: string, architecture: string): TableValues {
  const table = openBenchmark(nameOrPath);
  const known = table.indexOf(architecture) === undefined ? {} : table.lookup(architecture).metrics;
  const metrics = table.metrics.map(({ name }) => [name, known[name] ?? null] as const);
  return { name: table.name, table: nameOrPath, metrics: Object.fromEntries(metrics) };
}

/**
 * The metrics that are shown beside an answer: accuracies on validation and test images after full training; of a table
 * without such names everything that it has.
 */
export function shownMetrics({ table }: TableValues): readonly Metric[] {
  const { metrics } = openBenchmark(table);
  const accuracies = metrics.filter(({ unit, name }) => unit === "%" && /-(valid|test)(-best)?$/.test(name));
  return accuracies.length > 0 ? accuracies : metrics;
}
