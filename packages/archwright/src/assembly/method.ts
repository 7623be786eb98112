/** What a method is: a choice in three slots, with its published hyperparameters, or a strategy that a proxy guides. */
import type { GuidedMethod } from "../guided/method.ts";
import type { Settings } from "../search/part.ts";
import type { Space } from "../spaces/space.ts";

/** A paper's method: names its three parts, and sets their hyperparameters where the paper differs from their defaults. */
export interface Method {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly relaxation: string;
  /** `update`, or with what wraps it: `update+modifier`. */
  readonly update: string;
  readonly selection: string;
  /** Hyperparameter values by preset; `paper` is the default, `small` runs in minutes on two cores. */
  readonly presets: { readonly paper: Preset; readonly small: Preset } & Readonly<Record<string, Preset>>;
}

/** Hyperparameter values, where papers differ by space: a function of it. */
export type Preset = Settings | ((space: Space) => Settings);

export type AnyMethod = Method | GuidedMethod;

export const isGuided = (method: AnyMethod): method is GuidedMethod => "strategy" in method;
