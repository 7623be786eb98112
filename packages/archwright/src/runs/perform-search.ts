/**
 * A whole search in the calling thread: opens or resumes the run, drives it, and returns how it ended. What takes long
 * to load (libtorch, images, plots) is loaded when it is needed, so that a wrong request is refused at once.
 */
import { existsSync } from "node:fs";
import type { Note } from "../notes.ts";
import type { SearchEvent } from "../search/events.ts";
import type { SearchResult, SearchStart } from "./messages.ts";
import { newRun, resumeRun } from "./open-run.ts";
import { readArchitectureFile, readRunFile, runPaths } from "./run-directory.ts";
import type { RunFile } from "./run-files.ts";
import type { Teller, ThreadTask } from "./thread.ts";

type SearchTeller = Teller<{ directory: string; run: RunFile; notes: readonly Note[] }, SearchEvent>;

export async function performSearch(task: ThreadTask<SearchStart>, tell: SearchTeller): Promise<SearchResult> {
  const { stopRequested, progress: onProgress } = tell;
  if ("resume" in task.start) {
    const done = await finishedBefore(task.start.resume);
    if (done !== undefined) return done;
  }
  const open =
    "resume" in task.start
      ? await resumeRun(task.start.resume, { onProgress })
      : await newRun(task.start.request, { onProgress, stopRequested });
  if (open === undefined) return { status: "interrupted", elapsedSeconds: 0 };
  const { directory, run, space, search, notes } = open;
  try {
    tell.opened({ directory, run, notes });
    const { driveSearch } = await import("./runner.ts");
    const ended = await driveSearch({
      directory,
      run,
      space,
      search,
      stopRequested,
      onProgress,
      ...(task.checkpointSeconds === undefined ? {} : { checkpointSeconds: task.checkpointSeconds }),
      onEvents: tell.events,
    });
    return result(directory, ended);
  } finally {
    open.close();
  }
}

/** The result of a run that needs no more work. A kill may have kept its report from being written. */
async function finishedBefore(directory: string): Promise<SearchResult | undefined> {
  const run = readRunFile(directory);
  if (run.status !== "finished" || readArchitectureFile(directory) === undefined) return undefined;
  if (!existsSync(runPaths(directory).report)) {
    const { writeReport } = await import("./report/write-report.ts");
    await writeReport(directory);
  }
  return result(directory, run);
}

function result(directory: string, { status, elapsedSeconds }: RunFile): SearchResult {
  const { report } = runPaths(directory);
  if (status !== "finished") return { status: "interrupted", directory, report, elapsedSeconds };
  const architecture = readArchitectureFile(directory);
  return { status, directory, report, ...(architecture === undefined ? {} : { architecture }), elapsedSeconds };
}
