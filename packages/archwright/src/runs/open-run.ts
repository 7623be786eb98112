/** Everything before the first step of a search: checks, the images, the search itself, and then its directory. */

import type { PreparedSearch } from "../assembly/prepare.ts";
import type { MethodRequest } from "../assembly/request.ts";
import { ArchwrightError } from "../errors.ts";
import { findMethod } from "../methods/registry.ts";
import type { Note } from "../notes.ts";
import type { Search } from "../search/search.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../spaces/architecture-spaces.ts";
import { checkDataset, datasetSummary } from "./dataset-summary.ts";
import type { Progress } from "./drive.ts";
import { currentMachine, currentVersions } from "./environment.ts";
import { createRunDirectory, defaultRunDirectory, readRunFile, requireFree, writeRunFile } from "./run-directory.ts";
import type { RunFile, RunRequest } from "./run-files.ts";
import { lockRun } from "./run-lock.ts";
import {
  absoluteData,
  absoluteTable,
  checkDevice,
  checkSeed,
  commandLine,
  type SearchRequest,
} from "./search-request.ts";
import { tableOfSpace } from "./table-values.ts";

/** A run that can be driven. */
export interface OpenRun {
  readonly directory: string;
  readonly run: RunFile;
  readonly space: ArchitectureSpace;
  readonly search: Search;
  /** What a person should know, though it is no error. */
  readonly notes: readonly Note[];
  /** Frees the search and the directory's lock. */
  close(): void;
}

export interface OpenHooks {
  readonly onProgress?: (progress: Progress) => void;
  /** Whether to give up before the directory is made; {@link newRun} then returns undefined. */
  readonly stopRequested?: () => boolean;
}

/** Checks a request, makes its search, and only then the run directory. Throws before there is one, or not at all. */
export async function newRun(request: SearchRequest, hooks: OpenHooks = {}): Promise<OpenRun | undefined> {
  const space = findArchitectureSpace(request.space);
  findMethod(request.method);
  const seed = checkSeed(request.seed ?? 0);
  const device = checkDevice(request.device ?? "cpu");
  if (request.out !== undefined) requireFree(request.out);
  if (request.benchmark !== undefined) tableOfSpace(request.benchmark, space);
  const prepared = await prepare(request, space);
  const asked = { ...request, space: space.name, method: prepared.method, seed, device };
  const { search, dataset, notes, task, libtorch } = await makeSearch(prepared, asked, hooks);
  if (hooks.stopRequested?.()) {
    search.dispose();
    return undefined;
  }
  const directory = request.out ?? defaultRunDirectory(asked, new Date());
  createRunDirectory(directory);
  const unlock = lockRun(directory);
  const run: RunFile = {
    format: 2,
    status: "running",
    request: runRequest(asked),
    templates: prepared.templates,
    settings: prepared.settings,
    dataset,
    ...(notes.length === 0 ? {} : { notes }),
    task,
    versions: currentVersions(libtorch),
    machine: currentMachine(),
    startedAt: new Date().toISOString(),
    elapsedSeconds: 0,
  };
  writeRunFile(directory, run);
  return opened(directory, run, space, search, notes, unlock);
}

/** Opens a run that was stopped. Throws `ArchwrightError("run")` if it is damaged, in use, or had other images. */
export async function resumeRun(directory: string, hooks: OpenHooks = {}): Promise<OpenRun> {
  readRunFile(directory);
  const unlock = lockRun(directory);
  try {
    const run = readRunFile(directory);
    const { request, settings } = run;
    const space = findArchitectureSpace(request.space);
    const prepared = await prepare({ ...request, set: settings }, space);
    const { search, dataset, notes, libtorch } = await makeSearch(prepared, request, hooks);
    try {
      if (run.dataset !== undefined) checkDataset(request.data, dataset, run.dataset, directory);
    } catch (error) {
      search.dispose();
      throw error;
    }
    return opened(directory, run, space, search, [...notes, ...versionNotes(run, libtorch)], unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function opened(
  directory: string,
  run: RunFile,
  space: ArchitectureSpace,
  search: Search,
  notes: readonly Note[],
  unlock: () => void,
): OpenRun {
  const close = (): void => {
    search.dispose();
    unlock();
  };
  return { directory, run, space, search, notes, close };
}

/** The parts load libtorch, so this comes after everything that can be refused without it. */
async function prepare(request: MethodRequest, space: ArchitectureSpace): Promise<PreparedSearch> {
  const { prepareSearch } = await import("../assembly/prepare.ts");
  return prepareSearch(findMethod(request.method), request, space);
}

async function makeSearch(
  prepared: PreparedSearch,
  { data, seed, device, download = false }: Pick<RunRequest, "data" | "seed" | "device"> & { download?: boolean },
  hooks: OpenHooks,
): Promise<{
  search: Search;
  dataset: NonNullable<RunFile["dataset"]>;
  notes: readonly Note[];
  task: NonNullable<RunFile["task"]>;
  libtorch: string;
}> {
  const torch = await import("@archwright/torch");
  try {
    torch.requireDevice(device);
  } catch (cause) {
    throw new ArchwrightError("device", (cause as Error).message, { cause, details: { device } });
  }
  const onProgress = hooks.onProgress ?? (() => {});
  onProgress({ done: 0, label: `opening ${data}` });
  const { openDataset } = await import("../data/open.ts");
  const dataset = await openDataset(data, { size: prepared.openedSize(data), channels: 3, download, onProgress });
  onProgress({ done: 0, label: "building the search" });
  const search = prepared.create({ dataset, seed, device });
  return {
    search,
    dataset: datasetSummary(dataset),
    notes: dataset.notes,
    task: prepared.task(dataset),
    libtorch: torch.libtorchVersion(),
  };
}

/** What run.json keeps of a request. */
function runRequest(request: SearchRequest & { seed: number; device: string }): RunRequest {
  const { space, method, relaxation, update, selection, preset, seed, device } = request;
  const benchmark = request.benchmark === undefined ? undefined : absoluteTable(request.benchmark);
  const parts = Object.entries({ relaxation, update, selection, preset, benchmark }).filter(
    ([, value]) => value !== undefined,
  );
  const data = absoluteData(request.data);
  return { command: commandLine(request), space, method, ...Object.fromEntries(parts), data, seed, device };
}

function versionNotes({ versions }: RunFile, libtorch: string): Note[] {
  if (versions.libtorch === libtorch) return [];
  const message = `the run began with libtorch ${versions.libtorch}, this is ${libtorch}: its numbers may differ in the last bits`;
  return [{ kind: "libtorch-version", message }];
}
