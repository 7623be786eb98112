/** Drives a search to its end or until it is told to stop: writes events, takes checkpoints, keeps run.json true. */
import { performance } from "node:perf_hooks";
import type { Note } from "../notes.ts";
import type { SearchEvent } from "../search/events.ts";
import type { Search } from "../search/search.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { describeAnswer } from "./answer.ts";
import { type DriveOptions, restored, stepUntilDone } from "./drive.ts";
import { runPaths, writeArchitectureFile, writeRunFile } from "./run-directory.ts";
import type { RunFile } from "./run-files.ts";

export interface DriveSearchOptions extends Omit<DriveOptions<SearchEvent>, "machine" | "onCheckpoint"> {
  /** As it is in the directory. */
  readonly run: RunFile;
  readonly space: ArchitectureSpace;
  readonly search: Search;
}

/**
 * Runs `search` from the directory's checkpoint, or from the start where there is none, and returns run.json as it
 * left it. Of a search stopped at any moment and continued, events and answer are those of one never stopped.
 * An error is recorded in run.json and thrown on; the last checkpoint stays.
 */
export async function driveSearch(options: DriveSearchOptions): Promise<RunFile> {
  const { directory, search, space } = options;
  const log = restored(directory, search);
  const started = performance.now();
  const state = (status: RunFile["status"], ending: Pick<RunFile, "error" | "notes"> = {}): RunFile => {
    const { error: _, ...run } = options.run;
    const elapsedSeconds = options.run.elapsedSeconds + Math.round(performance.now() - started) / 1000;
    return { ...run, status, elapsedSeconds, ...ending };
  };
  const end = async (status: RunFile["status"], own: readonly Note[] = []): Promise<RunFile> => {
    const notes = [...(options.run.notes ?? []), ...own];
    const run = state(status, notes.length === 0 ? {} : { notes });
    writeRunFile(directory, run);
    // Its plotting library takes a second to load, which is better spent now than before the first step.
    const { writeReport } = await import("./report/write-report.ts");
    await writeReport(directory);
    return run;
  };

  try {
    writeRunFile(directory, state("running"));
    const onCheckpoint = (): void => writeRunFile(directory, state("running"));
    const stopped = await stepUntilDone({ ...options, machine: search, onCheckpoint }, log);
    if (stopped) return await end("interrupted");
    const found = describeAnswer(space, options.run, runPaths(directory).events);
    writeArchitectureFile(directory, found);
    return await end("finished", found.notes);
  } catch (error) {
    recordFailure(directory, state("failed", { error: error instanceof Error ? error.message : String(error) }));
    throw error;
  } finally {
    log.close();
  }
}

/** The failure itself is what gets reported, so one to record it (on a full disk, say) is left out. */
function recordFailure(directory: string, run: RunFile): void {
  try {
    writeRunFile(directory, run);
  } catch {
    // run.json still says "running", as after a kill.
  }
}
