/** TensorFlow's record files: lengths, bytes, and a masked CRC-32C of each. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { ArchwrightError } from "../../errors.ts";
import { cannotRead, isGzip, unzipped } from "./files.ts";
import { faulty } from "./format.ts";

/*
 * A record: u64 length, u32 masked CRC-32C of the length, the bytes, u32 masked CRC-32C of the bytes; little-endian.
 * No record of a benchmark comes near this size: a larger length is a damaged or another file.
 */
const LONGEST = 1 << 26;

/** Records from the start of the file, plain or gzipped. Throws `ArchwrightError("benchmark")` at the first that is damaged or cut short. */
export function* readTfrecord(path: string): Generator<{ number: number; bytes: Buffer }> {
  const reader = new Reader(path);
  try {
    reader.unpack();
    for (let number = 0; ; number++) {
      const broken = (message: string): ArchwrightError => faulty({ path, place: `record ${number}`, message });
      const head = reader.take(12);
      if (head.length === 0) return;
      if (head.length < 12) throw broken("the file is cut short");
      if (maskedCrc(head.subarray(0, 8)) !== head.readUInt32LE(8)) {
        throw broken("the checksum of its length does not match: the file is damaged or no TFRecord file");
      }
      const length = Number(head.readBigUInt64LE(0));
      if (length > LONGEST) throw broken(`its length of ${length} bytes cannot be right`);
      const body = reader.take(length + 4);
      if (body.length < length + 4) throw broken("the file is cut short");
      const bytes = body.subarray(0, length);
      if (maskedCrc(bytes) !== body.readUInt32LE(length)) throw broken("it is damaged: its checksum does not match");
      yield { number, bytes };
    }
  } finally {
    reader.close();
  }
}

/** Bytes of a file in turn, read in large pieces. */
class Reader {
  readonly #path: string;
  readonly #file: number;
  #buffer: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    this.#file = this.#reading(() => openSync(path, "r"));
  }

  /** Of a gzipped file, all bytes are read now. */
  unpack(): void {
    const start = Buffer.alloc(2);
    this.#reading(() => readSync(this.#file, start, 0, start.length, 0));
    if (isGzip(start))
      this.#buffer = unzipped(
        this.#reading(() => readFileSync(this.#file)),
        this.#path,
      );
  }

  /** Fewer at the end of the file. */
  take(length: number): Buffer {
    while (this.#buffer.length < length) {
      const piece = Buffer.allocUnsafe(Math.max(1 << 20, length));
      const got = this.#reading(() => readSync(this.#file, piece));
      if (got === 0) break;
      this.#buffer = Buffer.concat([this.#buffer, piece.subarray(0, got)]);
    }
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  close(): void {
    closeSync(this.#file);
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw cannotRead(this.#path, cause);
    }
  }
}

/** TensorFlow rotates checksums and adds a constant, so that data which holds checksums has usual ones itself. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** CRC with the Castagnoli polynomial, reflected. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});
