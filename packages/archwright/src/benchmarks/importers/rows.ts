/** The rows of a file while they are read: a benchmark may have hundreds of thousands, with dozens of numbers each. */
import type { Metric } from "../benchmark.ts";
import { mean } from "../mean.ts";
import type { NumberColumn, TableColumn } from "../tables/write.ts";
import type { ImportedRow } from "./format.ts";

/** A list of numbers that grows. */
class Numbers {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }
}

/** A metric of every row: the value, NaN where there is none, and the single runs. */
class MetricRows {
  readonly values = new Numbers();
  readonly #runs = new Numbers();
  /** Where the runs of each row end. */
  readonly #ends = new Numbers();

  push(value: number | undefined, runs: readonly number[] | undefined): void {
    this.values.push(value ?? Number.NaN);
    for (const run of runs ?? []) this.#runs.push(run);
    this.#ends.push(this.#runs.length);
  }

  runs(row: number): number[] {
    const start = row === 0 ? 0 : this.#ends.at(row - 1);
    return Array.from({ length: this.#ends.at(row) - start }, (_, i) => this.#runs.at(start + i));
  }
}

export class RowStore {
  readonly #metrics: readonly (readonly [Metric, MetricRows])[];
  #rows = 0;

  constructor(metrics: readonly Metric[]) {
    this.#metrics = metrics.map((metric) => [metric, new MetricRows()]);
  }

  get rows(): number {
    return this.#rows;
  }

  push({ values, runs = {} }: ImportedRow): void {
    for (const [{ name }, store] of this.#metrics) store.push(values[name], runs[name]);
    this.#rows++;
  }

  /** One column a metric that was measured. `groups`: the rows of each architecture. */
  columns(groups: readonly (readonly number[])[]): TableColumn[] {
    return this.#metrics.flatMap(([metric, store]) => column(metric, store, groups));
  }
}

function column(metric: Metric, store: MetricRows, groups: readonly (readonly number[])[]): TableColumn[] {
  const repeats = groups.map((rows) => rows.map((row) => store.values.at(row)).filter((value) => !Number.isNaN(value)));
  // What is the same in every run (parameters) has no runs worth keeping.
  const varies = repeats.some((measured) => measured.some((value) => value !== measured[0]));
  const runs = varies ? repeats : groups.map((rows) => store.runs(rows[0] as number));
  const values = Float64Array.from(repeats, mean);
  const hasValues = values.some((value) => !Number.isNaN(value));
  const width = runs.reduce((most, { length }) => Math.max(most, length), 0);
  if (!hasValues && width === 0) return [];
  return [{ metric, ...(hasValues ? { values } : {}), ...(width === 0 ? {} : { runs: padded(runs, width) }) }];
}

function padded(rows: readonly (readonly number[])[], width: number): NumberColumn {
  const values = new Float64Array(rows.length * width).fill(Number.NaN);
  for (const [r, runs] of rows.entries()) values.set(runs, r * width);
  return { width, values };
}
