/** A training as a selection plans it: which epochs there are, and what happens between them. */
import type { EpochEvent, SearchEvent } from "../../search/events.ts";
import type { Moment } from "../../search/moment.ts";
import type { SearchState } from "../../search/search.ts";
import type { TrainingSettings } from "./settings.ts";

/** What an epoch is to be. Plain JSON. */
export interface EpochPlan {
  readonly epoch: number;
  /** Epochs of the search phase. */
  readonly epochs: number;
  readonly phase: Moment["phase"];
  /** Of the weights. */
  readonly learningRate: number;
  readonly batch: number;
  /** Whether α moves, where the update moves it. */
  readonly movesAlpha: boolean;
  /** How the training half is drawn from; fine-tuning may go through it where the search draws anew. */
  readonly trainSampling: TrainingSettings["trainSampling"];
}

/** Work between two epochs, in steps of a few seconds: a selection's decisions, or what an update does to α. */
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
  /** Told of every epoch when it has ended, before the tasks that follow it. */
  epochEnded?(event: EpochEvent): void;
  /** The last events, after the last epoch and task. */
  answer(): readonly SearchEvent[];
  save(): SearchState["json"];
  restore(saved: SearchState["json"]): void;
}
