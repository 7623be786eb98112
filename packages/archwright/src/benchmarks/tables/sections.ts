/** The parts of a table file: numbers, texts and keys, packed and unpacked. Little-endian throughout. */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Numbers as they are stored. `dictionary`: distinct values in ascending order, then which one each cell has. */
export type NumberEncoding =
  | { readonly kind: "dictionary"; readonly distinct: number; readonly indexBytes: 1 | 2 | 4 }
  | { readonly kind: "float32" }
  | { readonly kind: "float64" };

export interface PackedNumbers {
  readonly encoding: NumberEncoding;
  readonly bytes: Buffer;
}

/**
 * The shortest exact encoding. Measured values repeat (an accuracy over 10,000 images has 10,001 possible values), so
 * that a dictionary and short indices mostly are it. NaN stands for "not available".
 */
export function packNumbers(values: Float64Array): PackedNumbers {
  const distinct = Float64Array.from(new Set(values)).sort();
  const indexBytes = distinct.length <= 0x100 ? 1 : distinct.length <= 0x10000 ? 2 : 4;
  const single = values.every((value) => Math.fround(value) === value || Number.isNaN(value));
  const plain = (single ? 4 : 8) * values.length;
  if (8 * distinct.length + indexBytes * values.length >= plain) {
    const bytes = bytesOf(single ? Float32Array.from(values) : values);
    return { encoding: { kind: single ? "float32" : "float64" }, bytes };
  }
  const position = new Map(Array.from(distinct, (value, i) => [value, i]));
  const indices = new INDEX[indexBytes](values.length);
  for (const [i, value] of values.entries()) indices[i] = position.get(value) as number;
  return {
    encoding: { kind: "dictionary", distinct: distinct.length, indexBytes },
    bytes: Buffer.concat([bytesOf(distinct), bytesOf(indices)]),
  };
}

/** Access to the numbers of a section without unpacking it. `bytes` must be aligned to eight. */
export function numberReader(encoding: NumberEncoding, bytes: Buffer): (cell: number) => number {
  if (encoding.kind !== "dictionary") {
    const values = encoding.kind === "float32" ? view(Float32Array, bytes) : view(Float64Array, bytes);
    return (cell) => values[cell] as number;
  }
  const values = view(Float64Array, bytes.subarray(0, 8 * encoding.distinct));
  const indices = view(INDEX[encoding.indexBytes], bytes.subarray(8 * encoding.distinct));
  return (cell) => values[indices[cell] as number] as number;
}

type Indices = Uint8Array | Uint16Array | Uint32Array;

const INDEX: Readonly<Record<1 | 2 | 4, TypedArrayClass<Indices> & (new (length: number) => Indices)>> = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array,
};

/** Texts without line breaks, in compressed blocks of this many. */
const BLOCK = 256;

/** Block ends as u32, then the blocks. */
export function packTexts(texts: readonly string[]): Buffer {
  const blocks = Array.from({ length: Math.ceil(texts.length / BLOCK) }, (_, b) =>
    deflateRawSync(texts.slice(b * BLOCK, (b + 1) * BLOCK).join("\n"), { level: 9 }),
  );
  const ends = new Uint32Array(blocks.length);
  blocks.reduce((end, block, b) => {
    ends[b] = end + block.length;
    return end + block.length;
  }, 0);
  return Buffer.concat([bytesOf(ends), ...blocks]);
}

/** Reads one text at a time; the block read last is kept, so that going through all of them unpacks each once. */
export function textReader(rows: number, bytes: Buffer): (row: number) => string {
  const blocks = Math.ceil(rows / BLOCK);
  const ends = view(Uint32Array, bytes.subarray(0, 4 * blocks));
  const data = bytes.subarray(4 * blocks);
  let open = -1;
  let texts: readonly string[] = [];
  return (row) => {
    const block = Math.floor(row / BLOCK);
    if (block !== open) {
      const start = block === 0 ? 0 : (ends[block - 1] as number);
      texts = inflateRawSync(data.subarray(start, ends[block])).toString("utf8").split("\n");
      open = block;
    }
    return texts[row % BLOCK] as string;
  };
}

/** Keys in ascending order, then the row of each. */
export function packKeys(keys: BigUint64Array): Buffer {
  const order = Uint32Array.from(keys, (_, row) => row).sort((a, b) => compare(keys[a] as bigint, keys[b] as bigint));
  const sorted = BigUint64Array.from(order, (row) => keys[row] as bigint);
  return Buffer.concat([bytesOf(sorted), bytesOf(order)]);
}

/** Finds the rows that have a key: seldom more than one. */
export function keyFinder(rows: number, bytes: Buffer): (key: bigint) => number[] {
  const keys = view(BigUint64Array, bytes.subarray(0, 8 * rows));
  const order = view(Uint32Array, bytes.subarray(8 * rows));
  return (key) => {
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as bigint) < key) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (; low < rows && keys[low] === key; low++) found.push(order[low] as number);
    return found;
  };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const bytesOf = (values: ArrayBufferView): Buffer =>
  Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);

interface TypedArrayClass<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
}

const view = <T>(kind: TypedArrayClass<T>, bytes: Buffer): T =>
  new kind(bytes.buffer, bytes.byteOffset, bytes.byteLength / kind.BYTES_PER_ELEMENT);
