/** Running a search in a thread of its own: what `archwright search` does, for programs. */
import { Worker } from "node:worker_threads";
import { revived } from "./error-record.ts";
import type { SearchEvent } from "./events.ts";
import type { SearchMessage, SearchResult, SearchTask } from "./messages.ts";
import type { RunFile } from "./run-files.ts";
import type { Progress } from "./runner.ts";
import type { SearchRequest } from "./search-request.ts";

export interface RunOptions {
  /** Takes a checkpoint after the present step and ends the search as "interrupted". */
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints, at least. @default 5 */
  readonly checkpointSeconds?: number;
  /** Called when the run directory is there. */
  readonly onOpened?: (opened: { directory: string; run: RunFile; warnings: readonly string[] }) => void;
  /** Called at most ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with each event, in order, from where this call began. */
  readonly onEvent?: (event: SearchEvent) => void;
}

/**
 * Searches, and leaves a run directory behind. Everything is checked before the directory is made.
 *
 * Throws {@link ArchwrightError}: `usage` for a wrong request, `data` for images that cannot be read, `device`, `run`
 * if the directory exists, `io` if it cannot be written. Errors of libtorch keep their name, `TorchError`.
 *
 * @example
 * ```ts
 * import { runSearch } from "archwright";
 *
 * const { architecture, directory } = await runSearch(
 *   { space: "nasbench201", method: "zero-cost-pt", data: "demo", preset: "small", seed: 1 },
 *   { onProgress: ({ done, total }) => console.error(`${done} of ${total}`) },
 * );
 * console.log(architecture?.architecture, directory);
 * ```
 */
export const runSearch = (request: SearchRequest, options: RunOptions = {}): Promise<SearchResult> =>
  inThread({ request: plainRequest(request) }, options);

/**
 * Continues the run in `directory`, whatever stopped it, to the events and the answer of a run never stopped.
 * A finished run only gives its result again. Throws {@link ArchwrightError} `run` if it is damaged, in use, of
 * another version, or if its images have changed.
 */
export const resumeSearch = (directory: string, options: RunOptions = {}): Promise<SearchResult> =>
  inThread({ resume: directory }, options);

function inThread(start: SearchTask["start"], options: RunOptions): Promise<SearchResult> {
  shareTheMachine();
  const stop = new SharedArrayBuffer(4);
  const { signal, checkpointSeconds, onOpened, onProgress, onEvent } = options;
  const requestStop = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  if (signal?.aborted) requestStop();
  const task: SearchTask = {
    start,
    stop,
    events: onEvent !== undefined,
    ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
  };
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: task });
    signal?.addEventListener("abort", requestStop, { once: true });
    worker.on("message", (message: SearchMessage) => {
      if (message.type === "opened") onOpened?.(message);
      else if (message.type === "progress") onProgress?.(message.progress);
      else if (message.type === "events") for (const event of message.events) onEvent?.(event);
      else if (message.type === "result") resolve(message.result);
      else reject(revived(message.error));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      signal?.removeEventListener("abort", requestStop);
      reject(new Error(`the searching thread ended with exit code ${code}`));
    });
  });
}

/**
 * On a machine with other work, libgomp's threads by default spin most of their time away while the one they wait for
 * does not run: a search took 2 s instead of 8 to 35 with this, four other processes on two cores. It is read when
 * libtorch is loaded, in the environment of the process, which only this thread can set.
 */
function shareTheMachine(): void {
  if (process.env.OMP_WAIT_POLICY === undefined) process.env.GOMP_SPINCOUNT ??= "1000";
}

/** Beside this file, compiled or not. */
const workerFile = (): URL =>
  new URL(import.meta.url.endsWith(".ts") ? "./search-worker.ts" : "./search-worker.js", import.meta.url);

const plainRequest = (request: SearchRequest): SearchRequest => JSON.parse(JSON.stringify(request)) as SearchRequest;
