/** A search in progress: a state machine that does one unit of work at a time and can be saved between any two. */
import type { Tensor } from "@archwright/torch";
import type { SearchEvent } from "./events.ts";

/** The whole state of a search: named tensors and plain JSON. Saving it is one function for all methods. */
export interface SearchState {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly json: unknown;
}

export interface Search {
  /** Units of work in all, and done so far, for progress and ETA. `total` may shrink as work turns out unneeded. */
  readonly progress: { readonly done: number; readonly total: number; readonly label: string };
  readonly finished: boolean;
  /** Does the next unit of work (at most a few seconds) and returns what is to be reported, possibly nothing. */
  step(): readonly SearchEvent[];
  /** The state after the last step. The tensors belong to the search; they are only read. */
  save(): SearchState;
  /** Continues from a saved state of a search that was made with the same settings. Copies what it keeps. */
  restore(state: SearchState): void;
  /** Frees every tensor the search holds. */
  dispose(): void;
}

/** The search as an asynchronous sequence of events, for those who need no checkpoints. */
export async function* searchEvents(search: Search): AsyncGenerator<SearchEvent> {
  while (!search.finished) {
    yield* search.step();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
