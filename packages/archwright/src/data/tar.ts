/** Reading regular files out of a tar archive (POSIX.1-1988 ustar) held in memory. */
import { ArchwrightError } from "../errors.ts";

export interface TarEntry {
  readonly name: string;
  readonly contents: Uint8Array;
}

const BLOCK = 512;

/**
 * The regular files of an archive, in order, without copying. Directories, links and the extension headers of newer
 * formats are passed over, which is enough for archives of plain files with short names.
 *
 * @param archive the name for error messages
 */
export function readTar(bytes: Uint8Array, archive: string): TarEntry[] {
  const entries: TarEntry[] = [];
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    if (octal(header, 148, 8) !== checksum(header)) throw damaged(archive, at, "a header's checksum is wrong");
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (!(start + size <= bytes.length)) throw damaged(archive, at, "it ends inside a file");
    const type = header[156];
    if (type === 0 || type === 0x30) {
      const ustar = text(header, 257, 5) === "ustar";
      const prefix = ustar ? text(header, 345, 155) : "";
      const name = text(header, 0, 100);
      entries.push({ name: prefix === "" ? name : `${prefix}/${name}`, contents: bytes.subarray(start, start + size) });
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw damaged(archive, at, "its end is missing");
}

/** The sum of a header's bytes, its own checksum field counted as spaces. */
function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] as number);
  return sum;
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString("utf8");
}

/** A number field: octal digits between spaces. NaN for anything else. */
function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function damaged(archive: string, offset: number, what: string): ArchwrightError {
  return new ArchwrightError("data", `${archive} is a damaged tar archive: ${what} (at byte ${offset})`, {
    details: { archive, offset },
  });
}
