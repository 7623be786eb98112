/** A column of a benchmark table as what a search maximizes: `table:nasbench201/cifar10-valid`. */
import type { Benchmark, Metric } from "../benchmarks/benchmark.ts";
import { openBenchmark } from "../benchmarks/registry.ts";
import { ArchwrightError, unknownName } from "../errors.ts";
import type { Fitness } from "../proxies/fitness.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { oriented } from "../statistics/order.ts";
import { fromScore } from "../statistics/score.ts";

const PREFIX = "table:";

export const isTableFitness = (name: string): boolean => name.trim().startsWith(PREFIX);

export interface TableFitness<A> {
  readonly fitness: Fitness;
  /** The table's value; undefined for an architecture that it does not hold, or holds no value of. */
  readonly value: (architecture: A) => number | undefined;
}

/**
 * `table:NAME/METRIC`, NAME the name of a table or the path of a file that `archwright import` has made. Throws
 * `ArchwrightError("usage")` for a table of another space, a metric that there is not or that is neither better nor worse, and
 * for one whose values are all missing or all the same: nothing could be found by it.
 */
export function tableFitness<A>(name: string, space: ArchitectureSpace<A>): TableFitness<A> {
  const [, source = "", metricName = ""] = /^table:(.+)\/([^/]+)$/.exec(name.trim()) ?? [];
  if (source === "") {
    throw new ArchwrightError(
      "usage",
      `a table as fitness is table:NAME/METRIC, such as table:nasbench201/cifar10-valid, not "${name}"`,
    );
  }
  const table = openBenchmark(source);
  if (table.space !== space.name) {
    throw new ArchwrightError("usage", `${table.name} is a table of ${table.space}, not of ${space.name}`);
  }
  const metric = table.metrics.find((one) => one.name === metricName);
  if (metric === undefined) {
    const known = table.metrics.map((one) => one.name);
    throw unknownName(`metric of ${table.name}`, metricName, known);
  }
  requireDifferences(table, metric);
  const column = table.column(metric.name);
  const label = `${PREFIX}${source}/${metric.name}`;
  return {
    fitness: {
      name: label,
      label: metric.larger === "worse" ? `−${label}` : label,
      members: [label],
      single: true,
      values: (history) =>
        oriented(
          history.map((scores) => fromScore(scores[label] ?? "NaN")),
          metric.larger === "worse" ? "lower" : "higher",
        ),
    },
    value: (architecture) => {
      const index = table.indexOf(space.format(architecture));
      const value = index === undefined ? Number.NaN : (column[index] as number);
      return Number.isNaN(value) ? undefined : value;
    },
  };
}

function requireDifferences(table: Benchmark, { name, larger }: Metric): void {
  if (larger === "neither") {
    throw new ArchwrightError(
      "usage",
      `${name} of ${table.name} is a setting that was varied: more of it is neither better nor worse`,
    );
  }
  const values = new Set(table.column(name).filter((value) => !Number.isNaN(value)));
  if (values.size > 1) return;
  const what = values.size === 0 ? "holds no value of it" : `has the same value of it everywhere (${[...values][0]})`;
  throw new ArchwrightError("usage", `cannot search by ${name}: the table ${table.name} ${what}`, {
    details: { table: table.name, metric: name },
  });
}
