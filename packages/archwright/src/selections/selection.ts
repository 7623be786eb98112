/** A selection: how a mixture becomes a genotype. */
import type { Part } from "../methods/method.ts";
import type { SearchModel } from "../methods/model.ts";
import type { Search } from "../methods/search.ts";
import type { Space } from "../spaces/space.ts";

export interface Selection extends Part {
  /** Why the selection cannot work on `space`, or undefined if it can. */
  readonly refuses?: (space: Space) => string | undefined;
  /** The selection as units of work; its last event is the answer. `settings` fit the part's schema. */
  readonly start: (model: SearchModel, settings: Readonly<Record<string, unknown>>) => Search;
}
