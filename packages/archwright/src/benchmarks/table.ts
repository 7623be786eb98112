/** The file format of benchmark tables: columns of exact numbers, compact, quick to read, checked. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ArchwrightError } from "../errors.ts";

/*
 * Layout, little-endian:
 *   0   8 bytes  "ARCHWTAB"
 *   8   u32      version (1)
 *   12  u32      length of the header in bytes
 *   16  32 bytes SHA-256 of all other bytes of the file
 *   48           header: JSON { rows, columns: [{ name, width, distinct, indexBytes }] }
 *   then, for each column: `distinct` f64, the values in ascending order (NaN, "not available", last); then
 *   rows × width unsigned integers of `indexBytes` bytes, which value each cell has.
 * Measured values repeat (an accuracy over 10,000 images has 10,001 possible values), so indices are short, and the
 * values stay exact doubles.
 */
const MAGIC = "ARCHWTAB";
const VERSION = 1;
const PREFIX = 48;

/** A column in memory: `rows × width` values, row by row, NaN where not available. */
export interface Column {
  readonly name: string;
  /** Values per row. */
  readonly width: number;
  readonly values: Float64Array;
}

interface ColumnHeader {
  readonly name: string;
  readonly width: number;
  readonly distinct: number;
  readonly indexBytes: 1 | 2 | 4;
}

interface Header {
  readonly rows: number;
  readonly columns: readonly ColumnHeader[];
}

/** A table file that was read and checked. Asking for a column that it has not throws `ArchwrightError("benchmark")`. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly string[];
  /** All values of a column, row by row. */
  column(name: string): Float64Array;
  /** One row's values in a column, without decoding the others. */
  cell(name: string, row: number): Float64Array;
}

/** The bytes of a table file. Every column must hold `rows × width` values. */
export function encodeTable(rows: number, columns: readonly Column[]): Uint8Array {
  const parts: Buffer[] = [];
  const headers = columns.map(({ name, width, values }): ColumnHeader => {
    if (values.length !== rows * width) throw new RangeError(`column "${name}" must hold ${rows * width} values`);
    const distinct = Float64Array.from(new Set(values)).sort();
    const indexBytes = distinct.length <= 0x100 ? 1 : distinct.length <= 0x10000 ? 2 : 4;
    const position = new Map(Array.from(distinct, (value, i) => [value, i]));
    const dictionary = Buffer.alloc(8 * distinct.length);
    distinct.forEach((value, i) => void dictionary.writeDoubleLE(value, 8 * i));
    const indices = Buffer.alloc(indexBytes * values.length);
    values.forEach((value, i) => void indices.writeUIntLE(position.get(value) as number, indexBytes * i, indexBytes));
    parts.push(dictionary, indices);
    return { name, width, distinct: distinct.length, indexBytes };
  });
  const header = Buffer.from(JSON.stringify({ rows, columns: headers } satisfies Header));
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 0, "latin1");
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(header.length, 12);
  const file = Buffer.concat([prefix, header, ...parts]);
  checksum(file).copy(file, 16);
  return file;
}

/** Reads a table file. Throws `ArchwrightError("benchmark")` if it is missing, damaged or of another version. */
export function readTable(path: string): Table {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new ArchwrightError("benchmark", `cannot read the benchmark table ${path}; reinstall the package`, { cause });
  }
  return decodeTable(bytes, path);
}

/** Checks and opens the bytes of a table file; `path` is for messages. */
export function decodeTable(bytes: Uint8Array, path: string): Table {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (what: string) =>
    new ArchwrightError("benchmark", `the benchmark table ${path} ${what}; reinstall the package`, {
      details: { path },
    });
  if (file.length < PREFIX || file.toString("latin1", 0, 8) !== MAGIC)
    throw damaged("is not a table file or is cut short");
  const version = file.readUInt32LE(8);
  if (version !== VERSION) throw damaged(`has version ${version}, this program reads version ${VERSION}`);
  if (!checksum(file).equals(file.subarray(16, PREFIX))) throw damaged("is damaged: its checksum does not match");

  // The checksum holds, so what follows is what encodeTable wrote.
  const headerEnd = PREFIX + file.readUInt32LE(12);
  const { rows, columns } = JSON.parse(file.toString("utf8", PREFIX, headerEnd)) as Header;
  const places = new Map<string, Place>();
  let offset = headerEnd;
  for (const column of columns) {
    places.set(column.name, { ...column, offset });
    offset += 8 * column.distinct + column.indexBytes * rows * column.width;
  }
  const place = (name: string): Place => {
    const found = places.get(name);
    if (found === undefined) throw damaged(`has no column "${name}"`);
    return found;
  };
  return {
    rows,
    columns: columns.map(({ name }) => name),
    column: (name) => decode(file, place(name), 0, rows),
    cell: (name, row) => decode(file, place(name), row, row + 1),
  };
}

interface Place extends ColumnHeader {
  /** Where the column begins in the file. */
  readonly offset: number;
}

function decode(file: Buffer, { offset, distinct, indexBytes, width }: Place, firstRow: number, endRow: number) {
  const indices = offset + 8 * distinct;
  const values = new Float64Array(width * (endRow - firstRow));
  for (let i = 0; i < values.length; i++) {
    const index = file.readUIntLE(indices + indexBytes * (width * firstRow + i), indexBytes);
    values[i] = file.readDoubleLE(offset + 8 * index);
  }
  return values;
}

function checksum(file: Buffer): Buffer {
  return createHash("sha256").update(file.subarray(0, 16)).update(file.subarray(PREFIX)).digest();
}
