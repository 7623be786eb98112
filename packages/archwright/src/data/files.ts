/** Reading dataset files from disk: directories, plain or gzipped contents, and errors a person can act on. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ArchwrightError, nearest } from "../errors.ts";

const inflate = promisify(gunzip);

/** The names in a directory, in code-unit order whatever the locale. Fails with a hint when there is no such directory. */
export async function listDirectory(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOTDIR") {
      throw new ArchwrightError("data", `${directory} is a file; name the directory that holds it`, { cause });
    }
    if (code !== "ENOENT") throw unreadable(directory, cause);
    const siblings = await readdir(dirname(directory)).catch(() => []);
    const near = nearest(basename(directory), siblings);
    const hint = near === undefined ? "check the path" : `did you mean "${join(dirname(directory), near)}"?`;
    throw new ArchwrightError("data", `there is no directory ${directory}; ${hint}`, { cause, details: { directory } });
  }
}

/** Whether `path` is a directory (symbolic links are followed). */
export async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * The contents of a file, inflated when they begin with gzip's signature, whatever the file is called.
 *
 * @param limit most bytes the contents may have; more is refused without being read or inflated in full
 */
export async function readData(path: string, limit: number): Promise<Uint8Array> {
  let raw: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > limit) throw oversized(path, limit);
    raw = await readFile(path);
  } catch (cause) {
    if (cause instanceof ArchwrightError) throw cause;
    throw unreadable(path, cause);
  }
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw;
  try {
    return await inflate(raw, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw oversized(path, limit);
    throw new ArchwrightError("data", `${path} is a damaged or truncated gzip file; copy or download it again`, {
      cause,
    });
  }
}

function oversized(path: string, limit: number): ArchwrightError {
  return new ArchwrightError(
    "data",
    `${path} is too large: it holds more than the ${limit.toLocaleString("en")} bytes such a file can have`,
    { details: { path, limit } },
  );
}

function unreadable(path: string, cause: unknown): ArchwrightError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new ArchwrightError("data", `cannot read ${path} (${code})`, { cause, details: { path } });
}
