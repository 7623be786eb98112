/** What the thread that searches and the one that started it say to each other. Plain data, so that it can be cloned. */
import type { ErrorCode } from "../errors.ts";
import type { SearchEvent } from "./events.ts";
import type { ArchitectureFile, RunFile } from "./run-files.ts";
import type { Progress } from "./runner.ts";
import type { SearchRequest } from "./search-request.ts";

/** What the searching thread is started with. */
export interface SearchTask {
  readonly start: { readonly request: SearchRequest } | { readonly resume: string };
  readonly checkpointSeconds?: number;
  /** Whether somebody listens to events. */
  readonly events: boolean;
  /** One Int32: not 0 once the search is to stop. */
  readonly stop: SharedArrayBuffer;
}

/** How a search ended. */
export interface SearchResult {
  readonly status: "finished" | "interrupted";
  /** The run directory; absent where the search was stopped before it had one. */
  readonly directory?: string;
  /** Path of the page that shows the run. */
  readonly report?: string;
  /** `architecture.json`: absent unless finished. */
  readonly architecture?: ArchitectureFile;
  /** Summed over resumes. */
  readonly elapsedSeconds: number;
}

/** An error as data: classes do not survive the way between threads. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: ErrorCode | string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type SearchMessage =
  | { readonly type: "opened"; readonly directory: string; readonly run: RunFile; readonly warnings: readonly string[] }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "events"; readonly events: readonly SearchEvent[] }
  | { readonly type: "result"; readonly result: SearchResult }
  | { readonly type: "error"; readonly error: ErrorRecord };
