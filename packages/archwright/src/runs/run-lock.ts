/** One process at a time works on a run: a lock file that names it, and that outlives no process. */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArchwrightError } from "../errors.ts";
import { writeFailure } from "./files.ts";

/** Takes the lock of a run directory, `lock` in it. */
export const lockRun = (directory: string): (() => void) => lockFile(join(directory, "lock"), directory);

/**
 * Takes the lock at `path` and returns the function that gives it back. A lock whose process is gone is taken over.
 * Throws `ArchwrightError("run")` while another process holds it; `what` is in use then.
 */
export function lockFile(path: string, what: string): () => void {
  for (;;) {
    if (claim(path)) return () => rmSync(path, { force: true });
    const holder = readIfThere(path);
    const pid = Number.parseInt(holder ?? "", 10);
    if (holder !== undefined && pid > 0 && pid !== process.pid && isAlive(pid) && identity(pid) === holder) {
      throw new ArchwrightError("run", `${what} is in use by process ${pid}; wait for it, or stop it first`, {
        details: { what, pid },
      });
    }
    rmSync(path, { force: true });
  }
}

/** Writes this process's lock, unless there is one. By a link, so that nobody finds one that is still empty. */
function claim(path: string): boolean {
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, identity(process.pid));
    linkSync(beside, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeFailure(path, cause);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** A process, told from a later one of the same number by the time it started, where the system shows that. */
function identity(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // Field 22, counted after the command's name, which may hold spaces and parentheses.
  const started = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return `${pid} ${started ?? ""}\n`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
