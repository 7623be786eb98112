/** `events.jsonl`: append-only, one event a line, nothing in it that depends on the clock. */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { ArchwrightError } from "../errors.ts";
import { writeFailure } from "./files.ts";

/** How far the file had come at some moment, and what it held until there. */
export interface EventPosition {
  readonly bytes: number;
  readonly count: number;
  readonly sha256: string;
}

export class EventLog {
  readonly #path: string;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #count = 0;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the file to go on from a position: what was written after it is cut off, so that a resumed run writes it
   * again. Without a position the file begins anew. Throws `ArchwrightError("run")` if what stands before it is not
   * what stood there.
   */
  static open(path: string, position?: EventPosition): EventLog {
    const kept = position === undefined ? Buffer.alloc(0) : keptEvents(path, position);
    let file: number;
    try {
      file = openSync(path, "a");
      ftruncateSync(file, kept.length);
    } catch (cause) {
      throw writeFailure(path, cause);
    }
    const log = new EventLog(path, file);
    log.#hash.update(kept);
    log.#bytes = kept.length;
    log.#count = position?.count ?? 0;
    return log;
  }

  append(events: readonly object[]): void {
    if (events.length === 0) return;
    const lines = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    try {
      writeFileSync(this.#file, lines);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    this.#hash.update(lines);
    this.#bytes += lines.length;
    this.#count += events.length;
  }

  /** Waits until everything is on the disk, and says how far the file has come. */
  sync(): EventPosition {
    try {
      fsyncSync(this.#file);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    return { bytes: this.#bytes, count: this.#count, sha256: this.#hash.copy().digest("hex") };
  }

  close(): void {
    closeSync(this.#file);
  }
}

function keptEvents(path: string, { bytes, sha256 }: EventPosition): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw damaged(path, "it cannot be read", cause);
  }
  if (content.length < bytes) {
    throw damaged(path, `it has ${content.length} bytes, at the last checkpoint it had ${bytes}`);
  }
  const kept = content.subarray(0, bytes);
  if (createHash("sha256").update(kept).digest("hex") !== sha256) {
    throw damaged(path, "it is not what was written until the last checkpoint");
  }
  return kept;
}

const damaged = (path: string, why: string, cause?: unknown): ArchwrightError =>
  new ArchwrightError("run", `${path} is damaged: ${why}; restore it from a copy, or start a new run`, {
    cause,
    details: { path },
  });
