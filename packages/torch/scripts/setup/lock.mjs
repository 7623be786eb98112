/** One setup at a time: a lock file whose holder touches it every second, so that a dead holder is noticed. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BEAT_MS = 1_000;
const STALE_MS = 20_000;

/**
 * Do the work while holding the lock; wait for another holder first.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} [onWait] called once when another process (its id) holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (isStale(file, holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(100);
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

function take(file) {
  try {
    const descriptor = openSync(file, "wx");
    writeSync(descriptor, `${process.pid}`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

// The holder may be in another container or on another machine, so a missing process is only believed after some
// beats are missed; a process id may have been given to another process, so a living one is not proof either.
function isStale(file, holder) {
  try {
    const silence = Date.now() - statSync(file).mtimeMs;
    return silence > STALE_MS || (silence > 3 * BEAT_MS && !isAlive(Number(holder)));
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The build folder was removed under us; the work itself will say so.
  }
}
