/** A selection: how a mixture becomes a genotype. */

import type { Part } from "../methods/method.ts";
import type { SearchModel } from "../methods/model.ts";
import type { Search, SearchState } from "../methods/search.ts";
import type { EpochPlan, Trainer } from "../methods/training/trainer.ts";
import type { SearchEvent } from "../runs/events.ts";
import type { Space } from "../spaces/space.ts";

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

/** A part of a search that stands between two epochs: decisions that take work of their own. */
export interface Task {
  readonly finished: boolean;
  step(): readonly SearchEvent[];
  save(): unknown;
  restore(saved: unknown): void;
}

/** A selection's part in a training: which epochs there are, and what happens between them. */
export interface TrainingPlan {
  /** Epochs in all. */
  readonly epochs: number;
  plan(epoch: number): EpochPlan;
  /** Whether the weights' optimizer is to start without momentum before this epoch. */
  startsAfresh?(epoch: number): boolean;
  /** What is to be done before `epoch` (from 0 to `epochs`), in the state that the epochs before left behind. */
  before(epoch: number): Task | undefined;
  /** Units of work of the tasks from `epoch` on, for the progress. */
  unitsFrom(epoch: number): number;
  /** The last events, after the last epoch and task. */
  answer(): readonly SearchEvent[];
  save(): SearchState["json"];
  restore(saved: SearchState["json"]): void;
}
