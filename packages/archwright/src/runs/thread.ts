/** Long work in a thread of its own, so that progress and Ctrl-C stay prompt. Messages are plain data. */
import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { hint, onHints } from "../hints.ts";
import type { Progress } from "./drive.ts";
import { errorRecord, revived } from "./error-record.ts";
import type { ErrorRecord } from "./messages.ts";

export interface ThreadOptions<Opened, Event> {
  /** Takes a checkpoint after the present step and ends the work as "interrupted". */
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints, at least. @default 5 */
  readonly checkpointSeconds?: number;
  /** Called when the run directory is there. */
  readonly onOpened?: (opened: Opened) => void;
  /** Called at most ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with each event, in order, from where this call began. */
  readonly onEvent?: (event: Event) => void;
}

/** What the thread is started with. */
export interface ThreadTask<Start> {
  readonly start: Start;
  readonly checkpointSeconds?: number;
  /** Whether somebody listens to events. */
  readonly events: boolean;
  /** One Int32: not 0 once the work is to stop. */
  readonly stop: SharedArrayBuffer;
}

export type ThreadMessage<Opened, Event, Result> =
  | ({ readonly type: "opened" } & Opened)
  | { readonly type: "hint"; readonly message: string }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "events"; readonly events: readonly Event[] }
  | { readonly type: "result"; readonly result: Result }
  | { readonly type: "error"; readonly error: ErrorRecord };

/** What the thread tells the one that started it. */
export interface Teller<Opened, Event> {
  readonly stopRequested: () => boolean;
  readonly opened: (opened: Opened) => void;
  /** Passes on what comes a tenth of a second after the last, or has a new label. */
  readonly progress: (progress: Progress) => void;
  readonly events: (events: readonly Event[]) => void;
}

/** Runs the file `worker`, which calls {@link answerThread}. */
export function inThread<Start, Opened, Event, Result>(
  worker: URL,
  start: Start,
  options: ThreadOptions<Opened, Event>,
): Promise<Result> {
  shareTheMachine();
  const stop = new SharedArrayBuffer(4);
  const { signal, checkpointSeconds, onOpened, onProgress, onEvent } = options;
  const requestStop = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  if (signal?.aborted) requestStop();
  const task: ThreadTask<Start> = {
    start,
    stop,
    events: onEvent !== undefined,
    ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
  };
  return new Promise((resolve, reject) => {
    const thread = new Worker(worker, { workerData: task });
    signal?.addEventListener("abort", requestStop, { once: true });
    thread.on("message", (message: ThreadMessage<Opened, Event, Result>) => {
      if (message.type === "opened") onOpened?.(message);
      else if (message.type === "hint") hint(message.message);
      else if (message.type === "progress") onProgress?.(message.progress);
      else if (message.type === "events") for (const event of message.events) onEvent?.(event);
      else if (message.type === "result") resolve(message.result);
      else reject(revived(message.error));
    });
    thread.on("error", reject);
    thread.on("exit", (code) => {
      signal?.removeEventListener("abort", requestStop);
      reject(new Error(`the working thread ended with exit code ${code}`));
    });
  });
}

/** The thread's side: does the work and sends its result, or its error. */
export async function answerThread<Start, Opened, Event, Result>(
  work: (task: ThreadTask<Start>, tell: Teller<Opened, Event>) => Promise<Result>,
): Promise<void> {
  const port = parentPort as MessagePort;
  const say = (message: ThreadMessage<Opened, Event, Result>): void => port.postMessage(message);
  const task = workerData as ThreadTask<Start>;
  const stop = new Int32Array(task.stop);
  onHints((message) => say({ type: "hint", message }));
  try {
    const result = await work(task, {
      stopRequested: () => Atomics.load(stop, 0) !== 0,
      opened: (opened) => say({ type: "opened", ...opened }),
      progress: limited(100, (progress) => say({ type: "progress", progress })),
      events: (events) => {
        if (task.events && events.length > 0) say({ type: "events", events });
      },
    });
    say({ type: "result", result });
  } catch (error) {
    say({ type: "error", error: errorRecord(error) });
  }
}

/** The file beside the one whose URL is given, compiled or not. */
export const besideModule = (name: string, module: string): URL =>
  new URL(`./${name}.${module.endsWith(".ts") ? "ts" : "js"}`, module);

/**
 * On a machine with other work, libgomp's threads by default spin most of their time away while the one they wait for
 * does not run: a search took 2 s instead of 8 to 35 with this, four other processes on two cores. It is read when
 * libtorch is loaded, in the environment of the process, which only this thread can set.
 */
function shareTheMachine(): void {
  if (process.env.OMP_WAIT_POLICY === undefined) process.env.GOMP_SPINCOUNT ??= "1000";
}

/** Passes on what comes at least `milliseconds` after the last, or has a new label. */
function limited(milliseconds: number, say: (progress: Progress) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let label: string | undefined;
  return (progress) => {
    if (progress.label === label && performance.now() - last < milliseconds) return;
    last = performance.now();
    label = progress.label;
    say(progress);
  };
}
