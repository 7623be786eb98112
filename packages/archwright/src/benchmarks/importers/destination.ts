/** Where a table may be written: to a new file, or over a table. */
import { type Stats, statSync } from "node:fs";
import { ArchwrightError } from "../../errors.ts";
import { isTableFile } from "../tables/header.ts";
import { cannotRead } from "./files.ts";

/** Throws `ArchwrightError("usage")` if a table at `out` would take the place of its source, or of any file that is no table. */
export function requireReplaceable(source: string, out: string): void {
  if (isSameFile(source, out)) throw refused(out, "is the file that is imported; give another name");
  // A table is written under this name before it gets its own.
  if (isSameFile(source, `${out}.tmp`)) throw refused(out, `is first written to ${source}; give another name`);
  const existing = statsOf(out);
  if (existing === undefined) return;
  if (existing.isDirectory()) throw refused(out, "is a folder; name a file in it");
  if (!existing.isFile() || !isTable(out)) throw refused(out, "exists and is no benchmark table; give another name");
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statsOf(a), statsOf(b)];
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
}

/** Undefined where there is nothing, or nothing that may be looked at: reading or writing it says why. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isTable(path: string): boolean {
  try {
    return isTableFile(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

const refused = (out: string, why: string): ArchwrightError =>
  new ArchwrightError("usage", `--out ${out} ${why}`, { details: { out } });
