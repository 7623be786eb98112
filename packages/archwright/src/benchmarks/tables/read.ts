/** Opens a table file as a benchmark. */
import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { identityOf } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { Benchmark, BenchmarkRecord } from "../benchmark.ts";
import { mean } from "../mean.ts";
import { damaged, decodeHeader, type NumberSection, type Section, type TableMetric } from "./header.ts";
import { keyFinder, numberReader, textReader } from "./sections.ts";
import { tableKey } from "./write.ts";

/**
 * Reads the header; values, texts and keys are read and checked on first use. Throws `ArchwrightError("benchmark")` if
 * the file is missing, damaged, of another version, or holds a space that this program does not know.
 */
export function openTable(path: string): Benchmark {
  const header = decodeHeader(path, (offset, length) => readBytes(path, offset, length));
  const { name, title, source, rows, metrics } = header;
  const space = findArchitectureSpace(header.space);

  const load = (section: Section): Buffer => {
    const bytes = readBytes(path, section.offset, section.length);
    if (crc32(bytes) !== section.crc) throw damaged(path, "is damaged: a checksum does not match");
    return bytes;
  };
  const texts = lazily(() => textReader(rows, load(header.architectures)));
  const keys = lazily(() => keyFinder(rows, load(header.keys)));
  const readers = new Map(metrics.map((metric) => [metric.name, metricReader(metric, load)]));

  const checked = (index: number): number => {
    if (Number.isInteger(index) && index >= 0 && index < rows) return index;
    throw new ArchwrightError("benchmark", `${name} has no index ${index}; indices are 0 to ${rows - 1}`);
  };
  const reader = (metric: string): MetricReader => {
    const found = readers.get(metric);
    if (found === undefined) throw unknownName("metric", metric, [...readers.keys()]);
    return found;
  };

  const record = (index: number): BenchmarkRecord => {
    const architecture = texts()(checked(index));
    const all = metrics.map((metric) => ({ name: metric.name, ...reader(metric.name) }));
    const values = all.map(({ name, value }) => [name, value(index)] as const);
    const runs = all.flatMap(({ name, runs }) => (runs === undefined ? [] : [[name, runs(index)] as const]));
    return {
      index,
      architecture,
      metrics: Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value))),
      runs: Object.fromEntries(runs),
    };
  };

  const indexOf = (text: string): number | undefined => {
    const identity = space.identity !== undefined && isFingerprint(text) ? text : identityOf(space, space.parse(text));
    return keys()(tableKey(identity)).find((row) => identityOf(space, space.parse(texts()(row))) === identity);
  };
  const lookup = (text: string): BenchmarkRecord => {
    const found = indexOf(text);
    if (found !== undefined) return record(found);
    throw new ArchwrightError(
      "benchmark",
      `${name} (${path}) does not hold this architecture; it has ${rows} of ${space.size ?? "the"} architectures of ${space.name}`,
      { details: { path, architecture: text } },
    );
  };

  return {
    name,
    title,
    source,
    space: space.name,
    metrics: metrics.map(({ values: _, runs: __, ...metric }) => metric),
    size: rows,
    lookup,
    indexOf,
    record,
    architecture: (index) => texts()(checked(index)),
    column: (metric) => Float64Array.from({ length: rows }, (_, row) => reader(metric).value(row)),
  };
}

/** Values of one metric by row. */
interface MetricReader {
  value(row: number): number;
  /** Absent where the table has no single runs. */
  readonly runs?: (row: number) => number[];
}

function metricReader({ values, runs }: TableMetric, load: (section: Section) => Buffer): MetricReader {
  const ofRuns = runs === undefined ? undefined : cellReader(runs, load);
  const ofValues = values === undefined ? undefined : cellReader(values, load);
  return {
    value: (row) => (ofValues === undefined ? mean(ofRuns?.(row) ?? []) : (ofValues(row)[0] ?? Number.NaN)),
    ...(ofRuns === undefined ? {} : { runs: ofRuns }),
  };
}

/** The values of a row that are available. */
function cellReader(section: NumberSection, load: (section: Section) => Buffer): (row: number) => number[] {
  const { encoding, width } = section;
  const read = lazily(() => numberReader(encoding, load(section)));
  return (row) => {
    const values: number[] = [];
    for (let i = 0; i < width; i++) {
      const value = read()(row * width + i);
      if (!Number.isNaN(value)) values.push(value);
    }
    return values;
  };
}

/** Tables of spaces with fingerprints are asked by them, too. */
const isFingerprint = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Fewer bytes than asked for at the end of the file. */
function readBytes(path: string, offset: number, length: number): Buffer {
  try {
    const file = openSync(path, "r");
    try {
      // A fresh buffer, not one out of the pool: typed arrays on it need its start to be aligned.
      const bytes = Buffer.from(new ArrayBuffer(length));
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ArchwrightError("benchmark", `cannot read the benchmark table ${path} (${reason})`, { cause });
  }
}
