/** Running a search in a thread of its own: what `archwright search` does, for programs. */
import type { Note } from "../notes.ts";
import type { SearchEvent } from "../search/events.ts";
import type { SearchResult, SearchStart } from "./messages.ts";
import type { RunFile } from "./run-files.ts";
import type { SearchRequest } from "./search-request.ts";
import { besideModule, inThread, type ThreadOptions } from "./thread.ts";

interface Opened {
  readonly directory: string;
  readonly run: RunFile;
  readonly notes: readonly Note[];
}

export type RunOptions = ThreadOptions<Opened, SearchEvent>;

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
  search({ request: plainRequest(request) }, options);

/**
 * Continues the run in `directory`, whatever stopped it, to the events and the answer of a run never stopped.
 * A finished run only gives its result again. Throws {@link ArchwrightError} `run` if it is damaged, in use, of
 * another version, or if its images have changed.
 */
export const resumeSearch = (directory: string, options: RunOptions = {}): Promise<SearchResult> =>
  search({ resume: directory }, options);

const search = (start: SearchStart, options: RunOptions): Promise<SearchResult> =>
  inThread(besideModule("search-worker", import.meta.url), start, options);

const plainRequest = (request: SearchRequest): SearchRequest => JSON.parse(JSON.stringify(request)) as SearchRequest;
