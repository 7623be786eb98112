/** The head of a table file: what is in it, and where. */
import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { ArchwrightError } from "../../errors.ts";
import type { Metric } from "../benchmark.ts";
import type { NumberEncoding } from "./sections.ts";

/*
 * Layout, little-endian:
 *   0   8 bytes  "ARCHWTAB"
 *   8   u32      version (2)
 *   12  u32      length of the header in bytes
 *   16  u32      CRC-32 of the header
 *   20  u32      0
 *   24           header: JSON (TableHeader)
 *   then the sections, each at a multiple of eight and with a CRC-32 of its own, so that opening a table reads its
 *   header and nothing else.
 * Version 1 (`benchmarks/table.ts`) has columns without a description and one checksum of the whole file.
 */
const MAGIC = "ARCHWTAB";
export const TABLE_VERSION = 2;
export const PREFIX = 24;

export interface Section {
  /** From the start of the file. */
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

export interface NumberSection extends Section {
  readonly encoding: NumberEncoding;
  /** Values per row. */
  readonly width: number;
}

/** A metric has values, or runs whose mean is the value, or both. */
export interface TableMetric extends Metric {
  readonly values?: NumberSection;
  readonly runs?: NumberSection;
}

export interface TableHeader {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** Name of the architecture space. */
  readonly space: string;
  readonly rows: number;
  readonly metrics: readonly TableMetric[];
  readonly architectures: Section;
  readonly keys: Section;
}

/** Prefix and header; padded so that the first section starts at a multiple of eight. */
export function encodeHeader(header: TableHeader): Buffer {
  const json = JSON.stringify(header);
  const bare = Buffer.byteLength(json);
  const text = Buffer.from(json + " ".repeat((8 - (bare % 8)) % 8));
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 0, "latin1");
  prefix.writeUInt32LE(TABLE_VERSION, 8);
  prefix.writeUInt32LE(text.length, 12);
  prefix.writeUInt32LE(crc32(text), 16);
  return Buffer.concat([prefix, text]);
}

/** Whether a file begins as a table does, of whatever version. */
export function isTableFile(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return start.toString("latin1") === MAGIC;
}

/** Reads the head through `read(offset, length)`. Throws `ArchwrightError("benchmark")` for anything but a version-2 table. */
export function decodeHeader(path: string, read: (offset: number, length: number) => Buffer): TableHeader {
  const prefix = read(0, PREFIX);
  if (prefix.length < PREFIX || prefix.toString("latin1", 0, 8) !== MAGIC) {
    throw damaged(path, "is not a table file or is cut short");
  }
  const version = prefix.readUInt32LE(8);
  if (version !== TABLE_VERSION) {
    throw damaged(path, `has version ${version}, this program reads version ${TABLE_VERSION}`);
  }
  const text = read(PREFIX, prefix.readUInt32LE(12));
  if (crc32(text) !== prefix.readUInt32LE(16)) throw damaged(path, "is damaged: its header's checksum does not match");
  return JSON.parse(text.toString("utf8")) as TableHeader;
}

export const damaged = (path: string, what: string): ArchwrightError =>
  new ArchwrightError("benchmark", `the benchmark table ${path} ${what}; import it again`, { details: { path } });
