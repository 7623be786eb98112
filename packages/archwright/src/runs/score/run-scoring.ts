/** Scoring many architectures: in processes side by side, into a table that survives a kill. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { ArchwrightError } from "../../errors.ts";
import type { Note } from "../../notes.ts";
import { minibatchesOf } from "../../proxies/score-architecture.ts";
import { checkDataset } from "../dataset-summary.ts";
import type { Progress } from "../drive.ts";
import { currentMachine, currentVersions } from "../environment.ts";
import { makeParents } from "../files.ts";
import { lockFile } from "../run-lock.ts";
import { type PlannedArchitectures, planArchitectures } from "./architectures.ts";
import { drawImages, type ScoringImages } from "./images.ts";
import { ScoringPool } from "./pool.ts";
import { type CheckedScoring, checkScoring, type ScoreRequest, scoreCommand } from "./request.ts";
import { scoredRows } from "./rows.ts";
import {
  damaged,
  readScores,
  readScoringFile,
  requireFreeTable,
  type ScoreRow,
  type ScoringFile,
} from "./scores-file.ts";
import { ScoresTable } from "./scores-table.ts";

export interface ResumeScoringOptions {
  /** Ends the scoring as "interrupted" after the architectures that are being scored. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called with what a person should know of the images, when they are opened. */
  readonly onNotes?: (notes: readonly Note[]) => void;
  /** Called with every new row, in order. */
  readonly onRow?: (row: ScoreRow) => void;
}

export interface ScoringOptions extends ResumeScoringOptions {
  /** The table to write, with its description beside it. @default none: rows are only given to `onRow` */
  readonly out?: string;
}

export interface ScoringResult {
  readonly status: "finished" | "interrupted";
  /** Path of the table; absent where none was asked for. */
  readonly out?: string;
  readonly proxies: readonly string[];
  /** Rows that there are, and that there will be. */
  readonly done: number;
  readonly total: number;
  /** Rows in which a score is missing or no number. */
  readonly failed: number;
  /** Summed over resumes. */
  readonly elapsedSeconds: number;
}

/** What is scored, and with what. */
interface Scoring {
  readonly checked: CheckedScoring;
  readonly plan: PlannedArchitectures;
  readonly images: ScoringImages;
  readonly workers: number;
}

/**
 * Scores architectures. Everything that can be checked is checked before a file is made. What is wrong with one
 * architecture, memory above all, is recorded in its row, and the others go on.
 *
 * Throws {@link ArchwrightError}: `usage` and `architecture` for a wrong request, `data` for images that cannot be read,
 * `device`, `run` if the table exists, `io` if it cannot be written.
 */
export async function scoreArchitectures(
  asked: ScoreRequest,
  { out, ...options }: ScoringOptions = {},
): Promise<ScoringResult> {
  if (out !== undefined) requireFreeTable(out);
  const checked = checkScoring(asked);
  const { request, space } = checked;
  const plan = planArchitectures(request.architectures, space, request.seed);
  const images = await openImages(checked, options);
  const processes = request.workers ?? (request.device === "cpu" ? availableParallelism() : 1);
  const scoring = { checked, plan, images, workers: Math.min(plan.total, processes) };
  await using pool = await startPool(scoring, options);
  if (pool === undefined) return outcome(request.proxies, plan, [], 0);
  if (out === undefined) return await finish(scoring, pool, [], undefined, options);
  // The processes are stopped when this function is left: not before the work is done.
  makeParents(out);
  return await locked(out, async () => {
    requireFreeTable(out);
    const table = ScoresTable.create(out, description(scoring, pool.libtorch));
    return { ...(await finish(scoring, pool, [], table, options)), out };
  });
}

/**
 * Continues the table at `path`, whatever stopped it, to what it would be had it not been stopped. Throws
 * {@link ArchwrightError} `run` if it is damaged or in use, or if the images or the list of architectures have changed.
 */
export async function resumeScoring(path: string, options: ResumeScoringOptions = {}): Promise<ScoringResult> {
  readScoringFile(path);
  return locked(path, async () => {
    const begun = readScoringFile(path);
    const checked = checkScoring(begun.request);
    const { request, space } = checked;
    const plan = planArchitectures(request.architectures, space, request.seed);
    if (plan.sha256 !== begun.sha256 || plan.total !== begun.total) {
      throw new ArchwrightError("run", `the architectures are not those that ${path} began with; score again`);
    }
    const { rows, length } = existsSync(path) ? readScores(path, begun.request.proxies) : { rows: [], length: 0 };
    if (rows.length > plan.total) throw damaged(path, `it has ${rows.length} lines for ${plan.total} architectures`);
    const open = (): ScoresTable => ScoresTable.open(path, begun, rows.length, length);
    if (rows.length === plan.total) {
      const elapsedSeconds = open().end("finished");
      return { ...outcome(begun.request.proxies, plan, rows, elapsedSeconds), out: path };
    }
    const images = await openImages(checked, options);
    checkDataset(request.data, images.dataset, begun.dataset, path);
    const own = { ...plan, texts: matching(path, rows, plan.texts) };
    const scoring = { checked, plan: own, images, workers: begun.request.workers };
    await using pool = await startPool(scoring, options);
    if (pool === undefined) return { ...outcome(begun.request.proxies, plan, rows, begun.elapsedSeconds), out: path };
    requireVersions(path, begun.versions, currentVersions(pool.libtorch));
    return { ...(await finish(scoring, pool, rows, open(), options)), out: path };
  });
}

/** Other versions may score differently: a table of two would mix what cannot be compared. */
function requireVersions(path: string, begun: ScoringFile["versions"], now: ScoringFile["versions"]): void {
  const other = (["archwright", "libtorch"] as const).find((name) => begun[name] !== now[name]);
  if (other === undefined) return;
  throw new ArchwrightError(
    "run",
    `${path} was begun with ${other} ${begun[other]}, and this is ${now[other]}; go on with that version, or score again`,
    { details: { path } },
  );
}

/** The texts; throws `ArchwrightError("run")` where a row is of another architecture. */
function* matching(path: string, rows: readonly ScoreRow[], texts: Iterable<string>): Generator<string> {
  let index = 0;
  for (const text of texts) {
    const row = rows[index++];
    if (row !== undefined && row.architecture !== text) {
      throw damaged(path, `line ${index + 1} is of ${row.architecture} instead of ${text}`);
    }
    yield text;
  }
}

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const unlock = lockFile(`${path}.lock`, path);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function openImages(checked: CheckedScoring, options: ResumeScoringOptions): Promise<ScoringImages> {
  const images = await drawImages(checked, minibatchesOf(checked.proxies), options.onProgress);
  options.onNotes?.(images.notes);
  return images;
}

/** Undefined if the signal came by then: Ctrl-C at a terminal also ends processes that are only starting. */
async function startPool(
  { checked, images, workers }: Scoring,
  { signal, onProgress }: ResumeScoringOptions,
): Promise<ScoringPool | undefined> {
  const { space, proxies, network = "evaluation", imageSize, seed, device } = checked.request;
  const { block, classes } = images;
  onProgress?.({ done: 0, label: `starting ${workers} ${workers === 1 ? "process" : "processes"}` });
  try {
    return await ScoringPool.start({ space, network, proxies, block, imageSize, classes, seed, device }, workers);
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

function description({ checked, plan, images, workers }: Scoring, libtorch: string): ScoringFile {
  const { request, proxies } = checked;
  const { download: _, ...kept } = request;
  return {
    format: 2,
    status: "running",
    request: { command: scoreCommand(request), ...kept, workers },
    directions: Object.fromEntries(proxies.map(({ name, direction }) => [name, direction])),
    ...(plan.sha256 === undefined ? {} : { sha256: plan.sha256 }),
    dataset: images.dataset,
    ...(images.notes.length === 0 ? {} : { notes: images.notes }),
    versions: currentVersions(libtorch),
    machine: currentMachine(),
    startedAt: new Date().toISOString(),
    elapsedSeconds: 0,
    total: plan.total,
    done: 0,
  };
}

/** Scores what is not written yet. */
async function finish(
  { checked, plan }: Scoring,
  pool: ScoringPool,
  written: readonly ScoreRow[],
  table: ScoresTable | undefined,
  { signal, onProgress, onRow }: ResumeScoringOptions,
): Promise<ScoringResult> {
  const { request, space } = checked;
  const started = performance.now();
  const rows = [...written];
  const cancelled = (): boolean => signal?.aborted ?? false;
  const progress = (): void => onProgress?.({ done: rows.length, total: plan.total, label: "scoring" });
  try {
    progress();
    for await (const row of scoredRows(pool, { space, texts: plan.texts, written, cancelled })) {
      table?.append(row);
      rows.push(row);
      onRow?.(row);
      progress();
    }
  } catch (error) {
    recordFailure(table, error);
    throw error;
  }
  const status = rows.length === plan.total ? "finished" : "interrupted";
  const elapsedSeconds = table?.end(status) ?? Math.round(performance.now() - started) / 1000;
  return outcome(request.proxies, plan, rows, elapsedSeconds);
}

/** The failure itself is what gets reported, so one to record it (on a full disk, say) is left out. */
function recordFailure(table: ScoresTable | undefined, error: unknown): void {
  try {
    table?.end("failed", error instanceof Error ? error.message : String(error));
  } catch {
    // The description still says "running", as after a kill.
  }
}

function outcome(
  proxies: readonly string[],
  { total }: PlannedArchitectures,
  rows: readonly ScoreRow[],
  elapsedSeconds: number,
): ScoringResult {
  const failed = rows.filter(({ scores }) => !scores.every((score) => Number.isFinite(score))).length;
  const status = rows.length === total ? "finished" : "interrupted";
  return { status, proxies, done: rows.length, total, failed, elapsedSeconds };
}
