/** What a benchmark table is: known results of every architecture of a space, or of many. */

/** A column of a table. */
export interface Metric {
  /** Name on the command line, such as `cifar10-test`. */
  readonly name: string;
  /** What was measured, on what, after which training. */
  readonly title: string;
  /** `%`, `M` (millions), ... */
  readonly unit: string;
  /** Whether a larger value is the better one; `neither` for a setting that was varied. */
  readonly larger: "better" | "worse" | "neither";
}

/** One architecture's results. */
export interface BenchmarkRecord {
  /** The table's own index. */
  readonly index: number;
  /** The text form in which the table lists the architecture. */
  readonly architecture: string;
  /** By metric name. A metric that was not measured for this architecture is absent. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Single runs, by metric name, for metrics that the table has single runs of. */
  readonly runs: Readonly<Record<string, readonly number[]>>;
}

export interface Benchmark {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Paper, and where the numbers come from. */
  readonly source: string;
  /** Name of the space whose architectures it holds. */
  readonly space: string;
  readonly metrics: readonly Metric[];
  /** How many architectures it holds; indices are 0..size-1. */
  readonly size: number;
  /**
   * The record of an architecture in any text form the space reads. Throws `ArchwrightError("architecture")` if the
   * text is outside the space, `("benchmark")` if the table does not hold it or its file is damaged.
   */
  lookup(architecture: string): BenchmarkRecord;
  /** The index of an architecture; undefined where the table does not hold it. Otherwise throws as {@link lookup} does. */
  indexOf(architecture: string): number | undefined;
  /** The record at an index. Throws `ArchwrightError("benchmark")` outside 0..size-1. */
  record(index: number): BenchmarkRecord;
  /** The text form of the architecture at an index. */
  architecture(index: number): string;
  /** All values of a metric by index, NaN where not measured. Throws `ArchwrightError("usage")` for an unknown name. */
  column(metric: string): Float64Array;
}
