/** Reads the files that benchmarks come in: plain or gzipped text. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ArchwrightError } from "../../errors.ts";
import { faulty } from "./format.ts";

/** The whole text. Throws `ArchwrightError("io")` for a file that cannot be read, `("benchmark")` for damaged gzip. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  const plain = isGzip(bytes) ? unzipped(bytes, path) : bytes;
  if (plain.toString("latin1", 0, 4) === "PK\u0003\u0004") {
    throw faulty({ path, message: "this is a spreadsheet (.xlsx) or another zip file; save it as text (CSV)" });
  }
  // Spreadsheets write "Unicode text" so.
  const text = plain.toString(plain[0] === 0xff && plain[1] === 0xfe ? "utf16le" : "utf8");
  // Some programs begin a text with a byte order mark.
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

export function cannotRead(path: string, cause: unknown): ArchwrightError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ArchwrightError("io", `cannot read ${path} (${code})`, { cause });
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Throws `ArchwrightError("benchmark")` for damaged gzip. `path`: where the bytes come from. */
export function unzipped(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    throw faulty({ path, message: "the gzip file is damaged or cut short" });
  }
}

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Lines that are not empty, without their ends. */
export function* linesOf(text: string): Generator<Line> {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
    if (line !== "") yield { number, text: line };
    start = end + 1;
  }
}

/** JSON of a file. */
export function readJson(path: string): unknown {
  return parseJson(readText(path), { path });
}

/**
 * JSON of a file or of a line in one. Python writes NaN and infinities, which are no JSON: a value that is NaN becomes null,
 * infinities stay.
 */
export function parseJson(text: string, at: { path: string; place?: string }): unknown {
  try {
    return JSON.parse(asJson(text));
  } catch (error) {
    throw faulty({ ...at, message: `malformed JSON: ${(error as Error).message}` });
  }
}

/** 1e999 is a number of JSON that is read as infinite. Texts in quotes are matched first, and stay. */
const asJson = (text: string): string =>
  /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b|\bInfinity\b/g, (found) =>
        found === "NaN" ? "null" : found === "Infinity" ? "1e999" : found,
      )
    : text;
