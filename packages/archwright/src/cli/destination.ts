/** What a command writes must not take the place of what it reads, nor of anything else that it writes. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ArchwrightError } from "../errors.ts";
import { besideOf } from "../runs/files.ts";

export interface NamedFile {
  /** As messages call it: `--csv`. */
  readonly name: string;
  readonly path: string;
}

/** Throws `ArchwrightError("usage")` for the first of `written` that would overwrite one of `read`, or an earlier one. */
export function requireOwnPlaces(written: readonly NamedFile[], read: readonly NamedFile[]): void {
  const taken = new Map(read.map(({ name, path }) => [placeOf(path), name]));
  for (const { name, path } of written) {
    const other = [path, besideOf(path)].map((one) => taken.get(placeOf(one))).find((found) => found !== undefined);
    if (other !== undefined) {
      throw new ArchwrightError("usage", `${name} ${path} would overwrite ${other}; give another name`);
    }
    taken.set(placeOf(path), name);
  }
}

/** The same for all paths of a file or, while it is not there, of its place in a folder that is. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const whole = resolve(path);
    return whole === dirname(whole) ? whole : join(placeOf(dirname(whole)), basename(whole));
  }
}
