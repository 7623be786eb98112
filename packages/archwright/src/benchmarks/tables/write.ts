/** Writes a table file: description, architectures, and what was measured. */
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Metric } from "../benchmark.ts";
import { encodeHeader, type NumberSection, type Section, type TableHeader, type TableMetric } from "./header.ts";
import { type PackedNumbers, packKeys, packNumbers, packTexts } from "./sections.ts";

/** `width` values per row, NaN where not available. */
export interface NumberColumn {
  readonly width: number;
  readonly values: Float64Array;
}

export interface TableColumn {
  readonly metric: Metric;
  /** Absent: the mean of `runs`. */
  readonly values?: Float64Array;
  readonly runs?: NumberColumn;
}

export interface TableContents {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly space: string;
  /** The space's own text of each row's architecture. */
  readonly architectures: readonly string[];
  /** What each architecture is known by ({@link identityOf}); all different. */
  readonly identities: readonly string[];
  readonly columns: readonly TableColumn[];
}

/** The bytes of a version-2 table file. */
export function encodeTableFile(contents: TableContents): Buffer {
  const { name, title, source, space, architectures, identities, columns } = contents;
  const parts: Buffer[] = [];
  const metrics = columns.map(({ metric, values, runs }) => ({
    ...metric,
    ...(values === undefined ? {} : { values: numbers(parts, packNumbers(values), 1) }),
    ...(runs === undefined ? {} : { runs: numbers(parts, packNumbers(runs.values), runs.width) }),
  }));
  const header: TableHeader = {
    name,
    title,
    source,
    space,
    rows: architectures.length,
    metrics,
    architectures: append(parts, packTexts(architectures)),
    keys: append(parts, packKeys(BigUint64Array.from(identities, tableKey))),
  };
  return placed(header, parts);
}

/** The first eight bytes of the identity's MD5: rows that share one by chance are told apart by their identity. */
export const tableKey = (identity: string): bigint => BigInt(`0x${hash("md5", identity).slice(0, 16)}`);

/** Adds a section; its offset is counted from the first section. */
function append(parts: Buffer[], bytes: Buffer): Section {
  const offset = parts.reduce((total, part) => total + part.length, 0);
  parts.push(bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8));
  return { offset, length: bytes.length, crc: crc32(bytes) };
}

const numbers = (parts: Buffer[], { encoding, bytes }: PackedNumbers, width: number): NumberSection => ({
  ...append(parts, bytes),
  encoding,
  width,
});

/** Moves the sections behind the header, whose length depends on how many digits their offsets have. */
function placed(header: TableHeader, parts: readonly Buffer[]): Buffer {
  let start = 0;
  for (;;) {
    const head = encodeHeader(moved(header, start));
    if (head.length === start) return Buffer.concat([head, ...parts]);
    start = head.length;
  }
}

function moved(header: TableHeader, by: number): TableHeader {
  const shift = <T extends Section>(section: T): T => ({ ...section, offset: section.offset + by });
  const metrics = header.metrics.map(
    ({ values, runs, ...metric }): TableMetric => ({
      ...metric,
      ...(values === undefined ? {} : { values: shift(values) }),
      ...(runs === undefined ? {} : { runs: shift(runs) }),
    }),
  );
  return { ...header, metrics, architectures: shift(header.architectures), keys: shift(header.keys) };
}
