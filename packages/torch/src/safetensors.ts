/** The safetensors file format: named tensors and text metadata. https://github.com/huggingface/safetensors#format */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type DType, dtypes } from "./dtype.ts";
import { TorchError } from "./errors.ts";
import { type Tensor, tensor } from "./tensor.ts";

export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

const codes: Readonly<Record<DType, string>> = {
  bool: "BOOL",
  uint8: "U8",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
};
const byCode = new Map(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

/** The format's own limit on the header, which keeps a hostile file from costing much before it is refused. */
const LARGEST_HEADER = 100_000_000;
const METADATA = "__metadata__";

/** The bytes of a safetensors file. The same tensors always give the same bytes: widest type first, then by name. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors)
    .map(([name, value]) => ({ name, value, dtype: value.dtype, bytes: value.size * dtypes[value.dtype].bytes }))
    .sort((a, b) => dtypes[b.dtype].bytes - dtypes[a.dtype].bytes || (a.name < b.name ? -1 : 1));
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let end = 0;
  for (const { name, value, dtype, bytes } of entries) {
    if (name === METADATA) throw unfit(`a tensor must not be named "${METADATA}"`);
    header.push([name, { dtype: codes[dtype], shape: value.shape, data_offsets: [end, end + bytes] }]);
    end += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the header align the data, so that readers can use it where it lies.
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  let at = start;
  for (const { value, bytes } of entries) {
    value.copyTo(file.subarray(at, at + bytes));
    at += bytes;
  }
  return file;
}

/**
 * The tensors of a safetensors file, in the file's order, on the CPU. They share `file`'s memory where its alignment
 * allows: do not change or transfer it afterwards.
 *
 * Throws a TorchError with code `format` for anything but a complete, exact file.
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { header, start } = readHeader(file);
  const metadata = readMetadata(header[METADATA]);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) throw unfit(`the data of "${name}" starts at ${begin}, expected at ${at}`);
    at = end;
  }
  if (start + at !== file.length) throw unfit(`there are ${file.length - start} bytes of data, the header has ${at}`);
  const bytesOf = ({ begin, end }: Entry) => file.subarray(start + begin, start + end);
  for (const entry of entries) {
    if (entry.dtype === "bool" && bytesOf(entry).some((byte) => byte > 1)) {
      throw unfit(`"${entry.name}" has bytes that are not booleans`);
    }
  }
  const made = entries.map((entry) => {
    const bytes = bytesOf(entry);
    const share = bytes.byteOffset % dtypes[entry.dtype].bytes === 0;
    return [entry.name, tensor(bytes, entry.shape, { dtype: entry.dtype, share })] as const;
  });
  return { tensors: Object.fromEntries(made), metadata };
}

/** Writes a file that is either complete or not there: beside the target first, to disk, then renamed over it. */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const bytes = encodeSafetensors(tensors, metadata);
  const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = openSync(beside, "wx");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Reads a file; see {@link decodeSafetensors}. The TorchError names the file. */
export function readSafetensors(path: string): Safetensors {
  const bytes = readFileSync(path);
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    throw new TorchError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** Makes the rename itself durable, where the system lets folders be opened. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (file.length < 8) throw unfit(`the file has ${file.length} bytes, too few for a header`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > LARGEST_HEADER) throw unfit(`a header of ${length} bytes is too large`);
  const start = 8 + Number(length);
  if (start > file.length)
    throw unfit(`the file ends inside the header: ${file.length} bytes, the header needs ${start}`);
  if (file[8] !== 0x7b) throw unfit("the header does not start with {");
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, start)));
  } catch (cause) {
    throw new TorchError("format", "not a safetensors file: the header is not JSON", { cause });
  }
  if (!isRecord(header)) throw unfit("the header is not an object");
  return { header, start };
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(name: string, entry: unknown): Entry {
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== "data_offsets,dtype,shape") {
    throw unfit(`the entry of "${name}" needs exactly dtype, shape and data_offsets`);
  }
  const dtype = byCode.get(entry["dtype"] as string);
  if (dtype === undefined) throw unfit(`"${name}" has the unsupported type ${JSON.stringify(entry["dtype"])}`);
  const { shape, data_offsets: offsets } = entry;
  if (!isSizes(shape)) throw unfit(`"${name}" has a shape that is not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) throw unfit(`"${name}" has data_offsets that are not two sizes`);
  const [begin, end] = offsets as [number, number];
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * Math.max(size, 1), 8))) {
    throw unfit(`"${name}" has a shape larger than any memory`);
  }
  const needed = shape.reduce((product, size) => product * size, dtypes[dtype].bytes);
  if (end - begin !== needed) throw unfit(`"${name}" has ${end - begin} bytes of data, its shape needs ${needed}`);
  return { name, dtype, shape, begin, end };
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw unfit(`${METADATA} is not an object of strings`);
  }
  return value as Record<string, string>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const unfit = (what: string): TorchError => new TorchError("format", `not a safetensors file: ${what}`);
