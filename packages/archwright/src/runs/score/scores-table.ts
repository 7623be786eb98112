/** A table of scores while it grows, and its description, which is kept true. */
import { closeSync, fsyncSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { writeFailure } from "../files.ts";
import { headerOf, lineOf, type ScoreRow, type ScoringFile, writeScoringFile } from "./scores-file.ts";

const CHECKPOINT_SECONDS = 5;

export class ScoresTable {
  readonly #path: string;
  readonly #file: number;
  readonly #begun: ScoringFile;
  readonly #started = performance.now();
  #done: number;
  #saved = performance.now();

  private constructor(path: string, file: number, begun: ScoringFile, done: number) {
    this.#path = path;
    this.#file = file;
    this.#begun = begun;
    this.#done = done;
  }

  /** Makes the table, in a folder that is there: first the description, without which the table says nothing. */
  static create(path: string, begun: ScoringFile): ScoresTable {
    writeScoringFile(path, begun);
    return ScoresTable.open(path, begun, 0, 0);
  }

  /** - `length`: bytes of the `done` whole lines; what is left of one that a kill cut off is taken away. */
  static open(path: string, begun: ScoringFile, done: number, length: number): ScoresTable {
    try {
      const file = openSync(path, "a");
      ftruncateSync(file, length);
      const table = new ScoresTable(path, file, begun, done);
      if (length === 0) table.#write(`${headerOf(begun.request.proxies)}\n`);
      return table;
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }

  append(row: ScoreRow): void {
    this.#write(`${lineOf(row)}\n`);
    this.#done++;
    if (performance.now() - this.#saved < CHECKPOINT_SECONDS * 1000) return;
    this.#describe("running");
    this.#saved = performance.now();
  }

  /** Closes the table. Returns the seconds spent on it, summed over resumes. */
  end(status: ScoringFile["status"], error?: string): number {
    try {
      return this.#describe(status, error).elapsedSeconds;
    } finally {
      closeSync(this.#file);
    }
  }

  /** Once the lines are on the disk. */
  #describe(status: ScoringFile["status"], error?: string): ScoringFile {
    try {
      fsyncSync(this.#file);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    const { error: _, ...begun } = this.#begun;
    const elapsedSeconds = begun.elapsedSeconds + Math.round(performance.now() - this.#started) / 1000;
    const scoring: ScoringFile = {
      ...begun,
      status,
      elapsedSeconds,
      done: this.#done,
      ...(error === undefined ? {} : { error }),
    };
    writeScoringFile(this.#path, scoring);
    return scoring;
  }

  #write(text: string): void {
    try {
      writeFileSync(this.#file, text);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }
}
