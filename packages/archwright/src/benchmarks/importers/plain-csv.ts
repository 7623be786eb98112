/** Any CSV file with a column of architectures and columns of numbers: measurements of one's own, published scores. */
import { architectureSpaces } from "../../spaces/architecture-spaces.ts";
import type { Metric } from "../benchmark.ts";
import { mean } from "../mean.ts";
import { type CsvRow, readCsv, readHeader } from "./csv.ts";
import { faulty, type ImportedRow, type TableFormat } from "./format.ts";

/** Where the architecture stands; of NAS-Bench-101 cells in two columns. */
const singleColumns = ["architecture", "arch", "genotype"];
const matrixColumns = ["adjacency", "ops"];

/** The columns of a header whose texts, joined by blanks, are the architecture; undefined where there are none. */
export function architectureColumns(names: readonly string[]): readonly string[] | undefined {
  const column = singleColumns.find((name) => names.includes(name));
  if (column !== undefined) return [column];
  return matrixColumns.every((name) => names.includes(name)) ? matrixColumns : undefined;
}

export const architectureColumnNames = `one of ${singleColumns.join(", ")}, or ${matrixColumns.join(" and ")}`;
/** What a row is about: its numbers are metrics of their own, `cifar10-synflow`. */
const groupColumns = ["dataset", "task"];
/** Says which rows are of the space: its name, or the last part of it. */
const SPACE = "space";
/** What says nothing of its own. */
const passedOver = ["index", "hash", "num_vertices", "note"];

const costs = /param|flops|macs|latency|energy|seconds|memory|loss|error/;

export const plainCsv: TableFormat = {
  name: "csv",
  title: "any CSV with a column arch, architecture, genotype or adjacency and ops, and columns of numbers",
  contents: "the columns of a CSV file",
  source: "a file of the user's own",
  spaces: architectureSpaces.map(({ name }) => name),
  metrics: metricsOf,
  prefix: "csv-",
  repeated: "refused",
  *read(path, space): Generator<ImportedRow> {
    const header = checkedColumns(path);
    const architectures = new Map<
      string,
      { place: string; rows: number; values: Record<string, number>; runs: Record<string, number[]> }
    >();
    for (const row of readCsv(path, columnsOf(header))) {
      if (!isOf(row, header, space)) continue;
      const text = architectureOf(row, header);
      const entry = architectures.get(text) ?? { place: row.place, rows: 0, values: {}, runs: {} };
      entry.rows++;
      architectures.set(text, entry);
      for (const column of header.numbers) addCell(entry, row, metricName(groupOf(row, header), column), column, path);
    }
    const repeated = new Set([...architectures.values()].flatMap(({ runs }) => Object.keys(runs)));
    for (const [architecture, { place, rows, values, runs }] of architectures) {
      yield { place, rows, architecture, values, runs: { ...singleRuns(values, repeated), ...runs } };
    }
  },
};

interface Header {
  readonly names: readonly string[];
  readonly architecture: readonly string[];
  readonly groups: readonly string[];
  readonly numbers: readonly string[];
}

function checkedColumns(path: string): Header {
  const names = readHeader(path);
  const architecture = architectureColumns(names);
  if (architecture === undefined) {
    throw faulty({ path, place: "line 1", message: `no column of architectures: ${architectureColumnNames}` });
  }
  const groups = groupColumns.filter((name) => names.includes(name));
  const others = [...architecture, ...groups, ...passedOver, SPACE];
  const numbers = names.filter((name) => !others.includes(name));
  if (numbers.length === 0) throw faulty({ path, place: "line 1", message: "no columns of numbers" });
  for (const [i, column] of numbers.entries()) {
    const same = numbers.slice(0, i).find((other) => metricName("", other) === metricName("", column));
    if (same !== undefined) throw faulty({ path, place: "line 1", column, message: `"${same}" is the same metric` });
  }
  return { names, architecture, groups, numbers };
}

/** Numbers may be missing. */
const columnsOf = ({ names }: Header) => names.map((name) => ({ name, optional: true }));

function metricsOf(path: string): Metric[] {
  const header = checkedColumns(path);
  const groups = new Set([""]);
  if (header.groups.length > 0) {
    groups.clear();
    for (const row of readCsv(path, columnsOf(header))) groups.add(groupOf(row, header));
  }
  return [...groups].flatMap((group) =>
    header.numbers.map((column) => ({
      name: metricName(group, column),
      title: `column ${column}${group === "" ? "" : ` of ${group}`}`,
      unit: "",
      larger: costs.test(column) ? "worse" : "better",
    })),
  );
}

const metricName = (group: string, column: string): string =>
  (group === "" ? column : `${group}-${column}`).toLowerCase().replaceAll("_", "-");

const groupOf = (row: CsvRow, { groups }: Header): string => groups.map((name) => row.text(name)).join("-");

const architectureOf = (row: CsvRow, { architecture }: Header): string =>
  architecture.map((name) => row.text(name)).join(" ");

function isOf(row: CsvRow, { names }: Header, space: string): boolean {
  if (!names.includes(SPACE)) return true;
  const own = row.text(SPACE);
  return own === space || space.endsWith(`-${own}`);
}

/** Where others of a metric have several runs, a number is one run. */
const singleRuns = (values: Readonly<Record<string, number>>, repeated: ReadonlySet<string>) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([metric, value]) => (repeated.has(metric) ? [[metric, [value]]] : [])),
  );

/** Several numbers separated by semicolons are runs, and stand for their mean. An architecture has one row in each group. */
function addCell(
  { place, values, runs }: { place: string; values: Record<string, number>; runs: Record<string, number[]> },
  row: CsvRow,
  metric: string,
  column: string,
  path: string,
): void {
  const text = row.text(column);
  if (text === "" || /^nan$/i.test(text)) return;
  if (Object.hasOwn(values, metric)) {
    throw faulty({ path, place: row.place, column, message: `the architecture stands in ${place} already` });
  }
  if (text.includes(";")) {
    const several = row.numbers(column);
    runs[metric] = several;
    values[metric] = mean(several);
  } else {
    values[metric] = infinity(text) ?? (row.number(column) as number);
  }
}

/** As scores have it: `-inf`, `Infinity`. */
function infinity(text: string): number | undefined {
  const match = /^([+-]?)inf(inity)?$/i.exec(text);
  if (match === null) return undefined;
  return match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
