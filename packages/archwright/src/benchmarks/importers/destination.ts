/** Where a table may be written: to a new file, or over a table that an import has made. */
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { ArchwrightError } from "../../errors.ts";

/** The first bytes of every table, of any version (`tables/header.ts`): an old or damaged one may be replaced, too. */
const MAGIC = "ARCHWTAB";

/** Throws `ArchwrightError("usage")` if writing a table to `out` would destroy the file it is made from, or another one. */
export function requireReplaceable(source: string, out: string): void {
  // The table is written beside its place first.
  for (const written of [out, `${out}.tmp`]) {
    if (!isSameFile(source, written)) continue;
    throw refused(`--out ${out} would overwrite the file that is imported, ${source}; choose another --out`, out);
  }
  const existing = statsOf(out);
  if (existing === undefined) return;
  if (existing.isDirectory()) throw refused(`--out ${out} is a folder; name a file in it`, out);
  if (!existing.isFile() || !startsLikeTable(out)) {
    throw refused(`--out ${out} exists and is no benchmark table; remove it or choose another --out`, out);
  }
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

function startsLikeTable(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ArchwrightError("io", `cannot read ${path}, which --out would replace (${code}); choose another --out`, {
      cause,
    });
  }
  return start.toString("latin1") === MAGIC;
}

const refused = (message: string, out: string): ArchwrightError =>
  new ArchwrightError("usage", message, { details: { out } });
