/** What the thread that searches and the one that started it say to each other. Plain data, so that it can be cloned. */
import type { ErrorCode } from "../errors.ts";
import type { ArchitectureFile } from "./run-files.ts";
import type { SearchRequest } from "./search-request.ts";

/** What a search begins from. */
export type SearchStart = { readonly request: SearchRequest } | { readonly resume: string };

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
