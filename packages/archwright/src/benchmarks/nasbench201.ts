/** The NAS-Bench-201 table: accuracies of all 15,625 cells (Dong & Yang, ICLR 2020; NATS-Bench, TPAMI 2021). */
import { fileURLToPath } from "node:url";
import { ArchwrightError, unknownName } from "../errors.ts";
import { fromOperationIndices } from "../spaces/architecture.ts";
import { nestedIndex } from "../spaces/codecs/nasbench201.ts";
import { nasbench201 as space } from "../spaces/nasbench201.ts";
import type { CellTemplate } from "../spaces/space.ts";
import type { Benchmark, BenchmarkRecord, Metric } from "./benchmark.ts";
import { readTable, type Table } from "./table.ts";

const SIZE = 15_625;
const EDGES = 6;
const OPERATIONS = 5;
const template = space.cells[0] as CellTemplate;

const accuracy = (name: string, title: string): Metric => ({ name, title, unit: "%", larger: "better" });

const metrics: readonly Metric[] = [
  accuracy("cifar10-valid", "trained on half of CIFAR-10's training set, other half; 200 epochs, mean over seeds"),
  accuracy("cifar10-valid-test", "trained on half of CIFAR-10's training set, test set; 200 epochs, mean over seeds"),
  accuracy("cifar10-test", "trained on CIFAR-10, test set; 200 epochs, mean over seeds"),
  accuracy("cifar100-valid", "trained on CIFAR-100, first half of the test set; 200 epochs, mean over seeds"),
  accuracy("cifar100-test", "trained on CIFAR-100, second half of the test set; 200 epochs, mean over seeds"),
  accuracy("cifar10-valid-12ep", "as cifar10-valid, 12-epoch schedule, one seed"),
  accuracy("cifar10-test-12ep", "as cifar10-test, 12-epoch schedule, one seed"),
  accuracy("cifar100-valid-12ep", "as cifar100-valid, 12-epoch schedule, one seed"),
  accuracy("cifar100-test-12ep", "as cifar100-test, 12-epoch schedule, one seed"),
  accuracy("cifar10-val-nbsuite", "CIFAR-10 validation target of NAS-Bench-Suite-Zero; 200 epochs, one run"),
  accuracy("cifar100-val-nbsuite", "CIFAR-100 validation target of NAS-Bench-Suite-Zero; 200 epochs, one run"),
  { name: "params", title: "parameters, 10 classes", unit: "M", larger: "worse" },
  { name: "macs", title: "multiply-adds at 32×32, convolutions and classifier", unit: "M", larger: "worse" },
];

/** Single runs behind a mean. `cifar10-test` has up to three; its mean may include further seeds (NATS-Bench). */
const runColumns: readonly string[] = ["cifar10-test"];

/** Columns of the table file, for the script that makes it. `cell` is the cell's nested index. */
export const nasbench201Columns = { cell: "cell", metrics: metrics.map(({ name }) => name), runs: runColumns } as const;

/** Name in the table file of the single runs behind a metric. */
export const runsColumn = (metric: string): string => `${metric}-runs`;

interface Loaded {
  readonly table: Table;
  readonly cells: Float64Array;
  /** The table's index of each cell, by nested index. */
  readonly indexOf: Uint16Array;
}

/** Reads the table from `path` on the first access to a value. */
export function nasbench201Table(path: string): Benchmark {
  let loaded: Loaded | undefined;

  const load = (): Loaded => {
    if (loaded !== undefined) return loaded;
    const table = readTable(path);
    const cells = table.column(nasbench201Columns.cell);
    const indexOf = new Uint16Array(SIZE);
    for (const [index, cell] of cells.entries()) indexOf[cell] = index;
    loaded = { table, cells, indexOf };
    return loaded;
  };

  const checked = (index: number): number => {
    if (Number.isInteger(index) && index >= 0 && index < SIZE) return index;
    throw new ArchwrightError("benchmark", `nasbench201 has no index ${index}; indices are 0 to ${SIZE - 1}`);
  };

  const architecture = (index: number): string => cellText(load().cells[checked(index)] as number);

  const record = (index: number): BenchmarkRecord => {
    const text = architecture(index);
    const available = (column: string) => [...load().table.cell(column, index)].filter((value) => !Number.isNaN(value));
    const measured = metrics.flatMap(({ name }) => available(name).map((value) => [name, value] as const));
    const runs = runColumns.map((name) => [name, available(runsColumn(name))] as const);
    return { index, architecture: text, metrics: Object.fromEntries(measured), runs: Object.fromEntries(runs) };
  };

  const indexOf = (text: string): number => load().indexOf[nestedIndex(template, space.parse(text))] as number;

  return {
    name: "nasbench201",
    title: "NAS-Bench-201: CIFAR-10 and CIFAR-100 accuracies of all 15,625 cells",
    source: "Dong & Yang, ICLR 2020; Dong et al., TPAMI 2021 (NATS-Bench); see assets/nasbench201.LICENSE.md",
    space: space.name,
    metrics,
    size: SIZE,
    lookup: (text) => record(indexOf(text)),
    indexOf,
    record,
    architecture,
    column: (metric) => {
      if (!metrics.some(({ name }) => name === metric)) {
        throw unknownName(
          "metric",
          metric,
          metrics.map(({ name }) => name),
        );
      }
      return load().table.column(metric);
    },
  };
}

/** The text of the cell with this nested index. */
function cellText(nested: number): string {
  const indices = Array.from(
    { length: EDGES },
    (_, e) => Math.floor(nested / OPERATIONS ** (EDGES - 1 - e)) % OPERATIONS,
  );
  return space.format({ [template.name]: fromOperationIndices(template, indices) });
}

export const nasbench201Benchmark = nasbench201Table(
  fileURLToPath(new URL("../../assets/nasbench201.table", import.meta.url)),
);
