/** Writing files so that a reader, a kill or a full disk never meets half of one. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ArchwrightError } from "../errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space",
  EDQUOT: "your disk quota is used up; free some space",
  EFBIG: "the file would pass the limit on file sizes; raise it (ulimit -f)",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "the folder is gone",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  EIO: "the disk reports an error",
};

/** A failed write as an `ArchwrightError("io")`, in one line. */
export function writeFailure(path: string, cause: unknown): ArchwrightError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const reason = reasons[code];
  return new ArchwrightError("io", `cannot write ${path}: ${reason === undefined ? message : `${reason} (${code})`}`, {
    cause,
    details: { path, errno: code },
  });
}

/** Makes the folders above a path. */
export function makeParents(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Writes a file and waits until it is on the disk. */
export function writeDurably(path: string, data: string | Uint8Array): void {
  try {
    const file = openSync(path, "w");
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Where a file is written before it takes its place. */
export const besideOf = (path: string): string => `${path}.tmp`;

/** Replaces a file: whoever reads it, at whatever moment, finds the old content or the new one. */
export function replaceFile(path: string, data: string | Uint8Array): void {
  const beside = besideOf(path);
  try {
    writeDurably(beside, data);
    renameSync(beside, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(beside, { force: true });
    throw cause instanceof ArchwrightError ? cause : writeFailure(path, cause);
  }
}

/** JSON for people: indented, with a line end. */
export const readableJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Waits until the names in a folder are on the disk. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
