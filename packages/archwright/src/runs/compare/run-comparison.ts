/** Running a comparison: every method with every seed, one search after the other, each a run directory of its own. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import type { Note } from "../../notes.ts";
import type { Progress } from "../drive.ts";
import { replaceFile } from "../files.ts";
import { runPaths } from "../run-directory.ts";
import { lockRun } from "../run-lock.ts";
import { type RunOptions, resumeSearch, runSearch } from "../run-search.ts";
import {
  type ComparisonFile,
  comparisonPaths,
  createComparisonDirectory,
  defaultComparisonDirectory,
  readComparisonFile,
  requireFreeForComparison,
  writeComparisonFile,
} from "./comparison-directory.ts";
import { resultsCsv } from "./csv.ts";
import { type MethodSummary, type Outcome, readOutcome, readOutcomes, summarize, tableMetrics } from "./outcomes.ts";
import {
  type ComparisonRequest,
  checkComparison,
  comparisonCommand,
  type PlannedRun,
  plannedRuns,
  searchRequest,
} from "./request.ts";

export interface ComparisonOptions {
  /** Takes a checkpoint of the present search after its step and ends the comparison as "interrupted". */
  readonly signal?: AbortSignal;
  /** Called before each run that is not finished yet. */
  readonly onRun?: (run: PlannedRun, place: RunPlace) => void;
  /** Of the present run, at most ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with what a person should know of a run, when it is opened. */
  readonly onNotes?: (run: PlannedRun, notes: readonly Note[]) => void;
  /** Called after each of these runs. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Where a run stands in its comparison. */
export interface RunPlace {
  /** Of the comparison. */
  readonly directory: string;
  /** From 1. */
  readonly number: number;
  readonly total: number;
}

export interface ComparisonResult {
  /** `failed`: every run ended, at least one of them failed. */
  readonly status: "finished" | "interrupted" | "failed";
  readonly directory: string;
  /** Path of the page that shows the comparison. */
  readonly report: string;
  /** Path of the table of runs. */
  readonly csv: string;
  readonly space: string;
  readonly data: string;
  readonly methods: readonly MethodSummary[];
  /** In the order in which they were run: seed by seed. */
  readonly runs: readonly Outcome[];
}

/**
 * Compares methods, and leaves a directory behind. Everything that can be checked without images is checked before it is
 * made; images and devices with the first run, which leaves nothing behind if they are refused. A run that fails is recorded, and the others go on.
 *
 * Throws {@link ArchwrightError}: `usage` for a wrong request, `run` if the directory exists, `data` and `device` where
 * no run could begin, `io` if the directory cannot be written.
 */
export async function runComparison(
  request: ComparisonRequest,
  options: ComparisonOptions = {},
): Promise<ComparisonResult> {
  if (request.out !== undefined) requireFreeForComparison(request.out);
  const { out, ...asked } = await checkComparison(request);
  const directory = out ?? defaultComparisonDirectory(asked.space, new Date());
  const remove = createComparisonDirectory(directory);
  return locked(directory, async () => {
    const { download: _, ...kept } = asked;
    const comparison: ComparisonFile = {
      format: 1,
      request: JSON.parse(JSON.stringify({ command: comparisonCommand(asked), ...kept })),
      startedAt: new Date().toISOString(),
      failures: {},
    };
    writeComparisonFile(directory, comparison);
    try {
      return await finishRuns(directory, comparison, asked, options);
    } catch (error) {
      const begun = plannedRuns(asked).some(({ folder }) => existsSync(join(directory, folder)));
      if (!begun) remove();
      throw error;
    }
  });
}

/**
 * Continues the comparison in `directory`, whatever stopped it: finished runs are read, interrupted and failed ones
 * continued, missing ones started. Throws {@link ArchwrightError} `run` if it is damaged or in use.
 */
export async function resumeComparison(directory: string, options: ComparisonOptions = {}): Promise<ComparisonResult> {
  readComparisonFile(directory);
  return locked(directory, async () => {
    const comparison = readComparisonFile(directory);
    await checkComparison(comparison.request);
    return finishRuns(directory, comparison, comparison.request, options);
  });
}

async function locked<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const unlock = lockRun(directory);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function finishRuns(
  directory: string,
  begun: ComparisonFile,
  request: ComparisonRequest,
  options: ComparisonOptions,
): Promise<ComparisonResult> {
  const runs = plannedRuns(request);
  let comparison = begun;
  const record = (run: PlannedRun, failure: string | undefined): void => {
    if (comparison.failures[run.folder] === failure) return;
    const { [run.folder]: _, ...others } = comparison.failures;
    comparison = { ...comparison, failures: failure === undefined ? others : { ...others, [run.folder]: failure } };
    writeComparisonFile(directory, comparison);
  };
  for (const [i, run] of runs.entries()) {
    if (options.signal?.aborted) break;
    if (readOutcome(directory, run).status === "finished" && existsSync(reportOf(directory, run))) {
      record(run, undefined);
      continue;
    }
    options.onRun?.(run, { directory, number: i + 1, total: runs.length });
    const failure = await attempt(directory, run, { ...request, isFirst: i === 0 }, options);
    record(run, failure);
    await writeResults(directory, comparison);
    options.onOutcome?.(readOutcome(directory, run, failure));
  }
  return writeResults(directory, comparison);
}

const reportOf = (directory: string, { folder }: PlannedRun): string => runPaths(join(directory, folder)).report;

/** Runs or continues one search. Returns why it failed; throws what the other runs would meet too. */
async function attempt(
  directory: string,
  run: PlannedRun,
  { isFirst, ...request }: ComparisonRequest & { readonly isFirst: boolean },
  { signal, onProgress, onNotes }: ComparisonOptions,
): Promise<string | undefined> {
  const path = join(directory, run.folder);
  let opened = false;
  const options: RunOptions = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    onOpened: ({ notes }) => {
      opened = true;
      onNotes?.(run, notes);
    },
  };
  try {
    if (existsSync(runPaths(path).run)) await resumeSearch(path, options);
    else {
      // What a kill left of a directory that held no run yet.
      rmSync(path, { recursive: true, force: true });
      await runSearch(searchRequest(request, run, path), options);
    }
    return undefined;
  } catch (error) {
    if (!opened && concernsAll(error, isFirst)) throw error;
    return error instanceof Error ? (error.message.split("\n", 1)[0] as string) : String(error);
  }
}

/** Images and devices are the same for every run; so is what is wrong with the call if it shows in the first. */
const concernsAll = (error: unknown, isFirst: boolean): boolean =>
  error instanceof ArchwrightError &&
  (error.code === "data" || error.code === "device" || (isFirst && error.code === "usage"));

/** Writes the table and the report of what there is, and returns it. */
async function writeResults(directory: string, comparison: ComparisonFile): Promise<ComparisonResult> {
  const { space, data, methods } = comparison.request;
  const runs = readOutcomes(directory, comparison);
  const metrics = tableMetrics(runs);
  const summaries = summarize(methods, runs, metrics);
  const { csv, report } = comparisonPaths(directory);
  replaceFile(csv, resultsCsv(runs));
  // Its plotting library takes a second to load.
  const { comparisonPage } = await import("./page.ts");
  replaceFile(report, comparisonPage(comparison, summaries, runs, metrics));
  const open = runs.some((run) => run.status === "missing" || run.status === "interrupted");
  const failed = runs.some((run) => run.status === "failed");
  const status = open ? "interrupted" : failed ? "failed" : "finished";
  return { status, directory, report, csv, space, data, methods: summaries, runs };
}
