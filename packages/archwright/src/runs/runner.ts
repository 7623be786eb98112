/** Drives a search to its end or until it is told to stop: writes events, takes checkpoints, keeps run.json true. */
import { performance } from "node:perf_hooks";
import type { Search } from "../methods/search.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { describeAnswer } from "./answer.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { EventLog } from "./event-log.ts";
import type { SearchEvent } from "./events.ts";
import { runPaths, writeArchitectureFile, writeRunFile } from "./run-directory.ts";
import type { RunFile } from "./run-files.ts";

export interface Progress {
  /** Units of work. */
  readonly done: number;
  /** Absent where nobody knows. */
  readonly total?: number | undefined;
  readonly label: string;
}

export interface DriveOptions {
  readonly directory: string;
  /** As it is in the directory. */
  readonly run: RunFile;
  readonly space: ArchitectureSpace;
  readonly search: Search;
  /** Seconds between checkpoints, at least. @default 5 */
  readonly checkpointSeconds?: number;
  /** Asked between steps: whether to take a checkpoint and stop. */
  readonly stopRequested?: () => boolean;
  readonly onEvents?: (events: readonly SearchEvent[]) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Runs `search` from the directory's checkpoint, or from the start where there is none, and returns run.json as it
 * left it. Of a search stopped at any moment and continued, events and answer are those of one never stopped.
 * An error is recorded in run.json and thrown on; the last checkpoint stays.
 */
export async function driveSearch(options: DriveOptions): Promise<RunFile> {
  const { directory, search, space } = options;
  const log = restore(directory, search);
  const started = performance.now();
  const state = (status: RunFile["status"], error?: string): RunFile => {
    const { error: _, ...run } = options.run;
    const elapsedSeconds = options.run.elapsedSeconds + Math.round(performance.now() - started) / 1000;
    return { ...run, status, elapsedSeconds, ...(error === undefined ? {} : { error }) };
  };
  const end = async (status: RunFile["status"]): Promise<RunFile> => {
    const run = state(status);
    writeRunFile(directory, run);
    // Its plotting library takes a second to load, which is better spent now than before the first step.
    const { writeReport } = await import("./report/write-report.ts");
    await writeReport(directory);
    return run;
  };

  try {
    writeRunFile(directory, state("running"));
    const stopped = await stepUntilDone(options, log, () => writeRunFile(directory, state("running")));
    if (stopped) return await end("interrupted");
    writeArchitectureFile(directory, describeAnswer(space, runPaths(directory).events));
    return await end("finished");
  } catch (error) {
    recordFailure(directory, state("failed", error instanceof Error ? error.message : String(error)));
    throw error;
  } finally {
    log.close();
  }
}

/** Puts the search where the checkpoint left it, and the events too. */
function restore(directory: string, search: Search): EventLog {
  const checkpoint = readCheckpoint(directory);
  const { events } = runPaths(directory);
  if (checkpoint === undefined) return EventLog.open(events);
  try {
    const log = EventLog.open(events, checkpoint.events);
    search.restore(checkpoint.state);
    return log;
  } finally {
    for (const tensor of Object.values(checkpoint.state.tensors)) tensor.dispose();
  }
}

/** Returns whether it was stopped. Its last act is a checkpoint. */
async function stepUntilDone(options: DriveOptions, log: EventLog, onCheckpoint: () => void): Promise<boolean> {
  const { directory, search, checkpointSeconds = 5, stopRequested = () => false } = options;
  let saved = performance.now();
  const save = (): void => {
    writeCheckpoint(directory, { state: search.save(), events: log.sync() });
    onCheckpoint();
    saved = performance.now();
  };
  options.onProgress?.(search.progress);
  while (!search.finished && !stopRequested()) {
    const events = search.step();
    log.append(events);
    options.onEvents?.(events);
    options.onProgress?.(search.progress);
    if (performance.now() - saved >= checkpointSeconds * 1000) save();
    await new Promise((resolve) => setImmediate(resolve));
  }
  save();
  return !search.finished;
}

/** The failure itself is what gets reported, so one to record it (on a full disk, say) is left out. */
function recordFailure(directory: string, run: RunFile): void {
  try {
    writeRunFile(directory, run);
  } catch {
    // run.json still says "running", as after a kill.
  }
}
