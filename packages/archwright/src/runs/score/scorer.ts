/** A process that scores, seen from the one that started it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ArchwrightError } from "../../errors.ts";
import type { Configuration } from "../../proxies/eproxy/configuration.ts";
import { revived } from "../error-record.ts";
import type { Scores, ScoringOrder, ScoringReply, ScoringTask } from "./messages.ts";

/** The process is gone: killed, or crashed. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

/** Beside this file, compiled or not. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./scorer-process.ts" : "./scorer-process.js", import.meta.url),
);

export class Scorer {
  readonly #child: ChildProcess;
  #end: string | undefined;
  libtorch = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.once("exit", (code, signal) => {
      this.#end = signal ?? `exit code ${code}`;
    });
  }

  /** - `processes`: how many share the machine's memory. Rejects for what is wrong with the task. */
  static async start(task: ScoringTask, processes: number): Promise<Scorer> {
    const env = { ...process.env, ARCHWRIGHT_PROCESSES: String(processes) };
    const scorer = new Scorer(fork(program, { serialization: "advanced", env }));
    try {
      const reply = await scorer.#ask({ type: "start", task });
      if (reply.type === "ready") scorer.libtorch = reply.libtorch;
      return scorer;
    } catch (error) {
      // Nobody else knows the process, which would go on waiting for orders.
      await scorer.stop();
      throw error instanceof ProcessEnded ? neverStarted(error) : error;
    }
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Rejects with {@link ProcessEnded} if the process goes before it has answered. */
  async score(architecture: string, configuration?: Configuration): Promise<Scores> {
    const own = configuration === undefined ? {} : { configuration };
    const reply = await this.#ask({ type: "score", architecture, ...own });
    if (reply.type !== "scores") throw new RangeError(`the scoring process said "${reply.type}"`);
    const { scores, note } = reply;
    return note === undefined ? { scores } : { scores, note };
  }

  async #ask(order: ScoringOrder): Promise<ScoringReply> {
    if (this.#end !== undefined) throw new ProcessEnded(this.#end);
    const answered = new AbortController();
    const { signal } = answered;
    try {
      const ended = once(this.#child, "exit", { signal });
      const replied = once(this.#child, "message", { signal });
      // That it cannot be sent shows in the process's end.
      this.#child.send(order, () => {});
      const [reply] = await Promise.race([replied, ended.then(() => [undefined])]);
      if (reply === undefined) throw new ProcessEnded(this.#end);
      if (reply.type === "error") throw revived(reply.error);
      return reply;
    } finally {
      answered.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }
}

const neverStarted = (cause: ProcessEnded): ArchwrightError =>
  new ArchwrightError(
    "training",
    `a scoring process ended while it started (${cause.message}), probably for want of memory: try fewer --workers`,
    { cause },
  );
