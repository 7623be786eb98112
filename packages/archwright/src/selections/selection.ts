/** A selection: how a mixture becomes a genotype. */

import type { SearchModel } from "../search/model.ts";
import type { Part } from "../search/part.ts";
import type { Search } from "../search/search.ts";
import type { Space } from "../spaces/space.ts";
import type { Trainer } from "../training/supernets/trainer.ts";

/** What a selection can be put together with. */
export interface Company {
  readonly space: Space;
  /** Whether an update trains the supernet. */
  readonly trained: boolean;
}

export interface Selection extends Part {
  /** Why the selection cannot work in this company, or undefined if it can. */
  readonly refuses?: (company: Company, settings: Readonly<Record<string, unknown>>) => string | undefined;
  /**
   * The selection as units of work, training included; its last event is the answer.
   *
   * - `trainer`: undefined where nothing is trained.
   * - `settings`: they fit the part's schema.
   */
  readonly start: (
    model: SearchModel,
    trainer: Trainer | undefined,
    settings: Readonly<Record<string, unknown>>,
  ) => Search;
}
