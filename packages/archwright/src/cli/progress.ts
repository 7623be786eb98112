/** Progress on stderr: a bar with rate and remaining time on a terminal, else a plain line now and then. */

import type { Progress } from "../runs/drive.ts";
import { formatDuration } from "../runs/report/numbers.ts";

/** The part of `process.stderr` that is needed. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const SECONDS_BETWEEN_LINES = 5;
const BAR_WIDTH = 24;

export class ProgressDisplay {
  readonly #terminal: Terminal;
  /** Seconds, from any start. */
  readonly #clock: () => number;
  /** Where the rate is counted from: the work done before a resume is no part of it. */
  #base: { readonly done: number; readonly time: number } | undefined;
  #lastLine = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(terminal: Terminal, clock: () => number = () => performance.now() / 1000) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  update(progress: Progress): void {
    const time = this.#clock();
    if (this.#base === undefined || progress.done < this.#base.done) this.#base = { done: progress.done, time };
    const text = describe(progress, this.#base, time);
    if (this.#terminal.isTTY === true) {
      const line = `${bar(progress)}${text}`;
      this.#terminal.write(`\r${line.slice(0, (this.#terminal.columns ?? 80) - 1)}\x1b[K`);
      this.#drawn = true;
    } else if (time - this.#lastLine >= SECONDS_BETWEEN_LINES) {
      this.#terminal.write(`${text}\n`);
      this.#lastLine = time;
    }
  }

  /** Takes the bar away, so that a line of text can be written. What follows is counted from new. */
  clear(): void {
    if (this.#drawn) this.#terminal.write("\r\x1b[K");
    this.#drawn = false;
    this.#base = undefined;
  }
}

function describe({ done, total, label }: Progress, base: { done: number; time: number }, time: number): string {
  if (total === undefined || total === 0) return done === 0 ? label : `${label}  ${done}`;
  const percent = `${Math.floor((100 * done) / total)}%`;
  const rate = (done - base.done) / (time - base.time);
  const parts = [`${percent}  ${done}/${total}`, label];
  if (rate > 0 && Number.isFinite(rate)) {
    parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2)}/s`);
    if (done < total) parts.push(`${formatDuration((total - done) / rate)} left`);
  }
  return parts.join("  ");
}

function bar({ done, total }: Progress): string {
  if (total === undefined || total === 0) return "";
  const filled = Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * done) / total));
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} `;
}
