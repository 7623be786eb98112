/** Tables that come with the package: named without reading their files. */
import { fileURLToPath } from "node:url";
import type { Benchmark, BenchmarkRecord, Metric } from "./benchmark.ts";
import { openTable } from "./tables/read.ts";

/** A table of `assets/`, whose file is opened when anything but the name is asked for. */
class ShippedTable implements Benchmark {
  readonly name: string;
  #table: Benchmark | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get #open(): Benchmark {
    this.#table ??= openTable(fileURLToPath(new URL(`../../assets/${this.name}.table`, import.meta.url)));
    return this.#table;
  }

  get title(): string {
    return this.#open.title;
  }

  get source(): string {
    return this.#open.source;
  }

  get space(): string {
    return this.#open.space;
  }

  get metrics(): readonly Metric[] {
    return this.#open.metrics;
  }

  get size(): number {
    return this.#open.size;
  }

  lookup(architecture: string): BenchmarkRecord {
    return this.#open.lookup(architecture);
  }

  indexOf(architecture: string): number | undefined {
    return this.#open.indexOf(architecture);
  }

  record(index: number): BenchmarkRecord {
    return this.#open.record(index);
  }

  architecture(index: number): string {
    return this.#open.architecture(index);
  }

  column(metric: string): Float64Array {
    return this.#open.column(metric);
  }
}

export const shippedTables: readonly Benchmark[] = [
  "nasbench-macro",
  "transnasbench101-micro",
  "transnasbench101-macro",
].map((name) => new ShippedTable(name));
