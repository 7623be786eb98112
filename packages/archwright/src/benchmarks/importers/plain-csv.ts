/** Any CSV file with a column of architectures and columns of numbers: measurements of one's own, published scores. */
import { ArchwrightError } from "../../errors.ts";
import { architectureSpaces } from "../../spaces/architecture-spaces.ts";
import type { Metric } from "../benchmark.ts";
import { mean } from "../mean.ts";
import { readingOf } from "./direction.ts";
import { faulty, type ImportedRow, type ImportOptions, type TableFormat, type TableMetrics } from "./format.ts";
import {
  architectureOf,
  fieldOf,
  isMissing,
  nothingFound,
  numberField,
  readUserTable,
  type UserRow,
  type UserTable,
} from "./user-table.ts";

export const plainCsv: TableFormat = {
  name: "csv",
  title: "any CSV with a column arch, architecture, genotype or adjacency and ops, and columns of numbers",
  contents: "the columns of a CSV file",
  source: "a file of the user's own",
  spaces: architectureSpaces.map(({ name }) => name),
  metrics: metricsOf,
  prefix: "csv-",
  repeated: "refused",
  *read(path, space, options = {}): Generator<ImportedRow> {
    const table = tableOf(path, options);
    const architectures = new Map<string, Entry>();
    for (const row of table.rows) {
      if (!isOf(table, row, space)) continue;
      const text = architectureOf(table, row);
      const entry = architectures.get(text) ?? { place: row.place, rows: 0, cells: new Map(), seen: new Map() };
      entry.rows++;
      architectures.set(text, entry);
      addRow(entry, table, row);
    }
    const repeated = new Set<string>();
    for (const { cells } of architectures.values()) {
      for (const [metric, values] of cells) if (values.length > 1) repeated.add(metric);
    }
    for (const [architecture, { place, rows, cells }] of architectures) {
      const all = [...cells];
      yield {
        place,
        rows,
        architecture,
        values: Object.fromEntries(all.map(([metric, values]) => [metric, mean(values)])),
        // Where others of a metric have several runs, a number is one run.
        runs: Object.fromEntries(all.filter(([metric]) => repeated.has(metric))),
      };
    }
  },
};

/** What a file says of an architecture. */
interface Entry {
  readonly place: string;
  rows: number;
  /** The numbers of each metric: one, or the runs. */
  readonly cells: Map<string, number[]>;
  /** Where each group and run was found. */
  readonly seen: Map<string, string>;
}

function tableOf(path: string, { column, lower = [], higher = [] }: ImportOptions): UserTable {
  const wanted = [...lower, ...higher];
  const table = readUserTable(path, { ...(column === undefined ? {} : { column }), wanted });
  const { numbers } = table;
  if (numbers.length === 0)
    throw faulty({ path, place: "line 1", message: nothingFound("no columns of numbers", table) });
  for (const [i, name] of numbers.entries()) {
    const same = numbers.slice(0, i).find((other) => metricName("", other) === metricName("", name));
    if (same !== undefined)
      throw faulty({ path, place: "line 1", column: name, message: `"${same}" is the same metric` });
  }
  return table;
}

/** The metrics of a file. `options` says the direction of some, by the column's name or the metric's. */
function metricsOf(path: string, options: ImportOptions = {}): TableMetrics {
  const table = tableOf(path, options);
  const groups = table.groups.length === 0 ? [""] : [...new Set(table.rows.map((row) => groupOf(table, row)))];
  const metrics = groups.flatMap((group) => table.numbers.map((column) => metricOf(group, column, options)));
  const names = [...table.numbers, ...metrics.map(({ name }) => name)];
  for (const given of [...(options.lower ?? []), ...(options.higher ?? [])]) {
    if (!names.includes(given))
      throw faulty({ path, message: `no column or metric "${given}"; there are ${names.join(", ")}` });
    if (options.lower?.includes(given) && options.higher?.includes(given)) {
      throw new ArchwrightError("usage", `${given} cannot be better both when smaller and when larger`);
    }
  }
  return { metrics, passedOver: table.passedOver };
}

function metricOf(group: string, column: string, { lower = [], higher = [] }: ImportOptions): Metric & { why: string } {
  const name = metricName(group, column);
  const { larger, why, unit } = readingOf(column);
  const said = lower.some((one) => one === column || one === name)
    ? "worse"
    : higher.some((one) => one === column || one === name)
      ? "better"
      : undefined;
  const title = `column ${column}${group === "" ? "" : ` of ${group}`}`;
  return { name, title, unit, larger: said ?? larger, why: said === undefined ? why : "as you say" };
}

/** `cifar10-test-acc` */
const metricName = (group: string, column: string): string =>
  (group === "" ? column : `${group}-${column}`)
    .toLowerCase()
    .replace(/[\s_()[\]{},;:/\\]+/g, "-")
    .replace(/(?<=.)-+$/, "");

const groupOf = (table: UserTable, row: UserRow): string =>
  table.groups.map((name) => fieldOf(table, row, name)).join("-");

function isOf(table: UserTable, row: UserRow, space: string): boolean {
  if (table.space === undefined) return true;
  const own = fieldOf(table, row, table.space);
  return own === space || space.endsWith(`-${own}`);
}

/** An architecture has one row in each group, or one for each run. Several numbers in a field, separated by semicolons, are runs. */
function addRow({ cells, seen }: Entry, table: UserTable, row: UserRow): void {
  const { path, runs, numbers } = table;
  const group = groupOf(table, row);
  const key = JSON.stringify([group, ...runs.map((name) => fieldOf(table, row, name))]);
  const before = seen.get(key);
  if (before !== undefined) {
    const remedy =
      runs.length > 0 ? `, with the same ${runs.join(" and ")}` : "; a column `seed` would make its rows runs";
    throw faulty({ path, place: row.place, message: `the architecture stands in ${before} already${remedy}` });
  }
  seen.set(key, row.place);
  for (const column of numbers) {
    const text = fieldOf(table, row, column);
    if (isMissing(text)) continue;
    const metric = metricName(group, column);
    const values = text.split(";").map((part) => numberField(part, { path, place: row.place, column }));
    cells.set(metric, [...(cells.get(metric) ?? []), ...values]);
  }
}
