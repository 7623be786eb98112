/** What a method is: a choice in three slots, with its published hyperparameters. */
import type { z } from "zod";
import type { Dataset } from "../data/dataset.ts";
import type { Space } from "../spaces/space.ts";

/** What every search is given. */
export interface SearchContext {
  readonly space: Space;
  readonly dataset: Dataset;
  /** Seeds every random draw of the search. */
  readonly seed: number;
  /** `cpu`, `cuda`, `cuda:1`. */
  readonly device: string;
}

/** Hyperparameters by name: plain JSON values. */
export type Settings = Readonly<Record<string, unknown>>;

/** Something that can be listed and chosen by name, with hyperparameters of its own. */
export interface Part {
  readonly name: string;
  /** One line for `archwright list`. */
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** Its hyperparameters: every field has a default (the published value) and a description with its meaning and unit. */
  readonly settings: z.ZodObject;
}

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

/** The parts of a search and the values of all their hyperparameters, checked. */
export interface ResolvedMethod {
  readonly name: string;
  readonly relaxation: string;
  readonly update: string;
  readonly selection: string;
  readonly settings: Settings;
}

/** What a network may cost at most; null or absent: no limit. Only proxy-guided methods keep limits. */
export interface Limits {
  /** Parameters of the network that is trained. */
  readonly maxParams?: number | null;
  /** Its multiply-accumulates for one image. */
  readonly maxMacs?: number | null;
  /** Milliseconds of its forward pass with one image, measured on this machine. */
  readonly maxLatency?: number | null;
}

/** What the command line can ask for: a method, other parts in its slots, a preset, single values. */
export interface MethodRequest extends Limits {
  readonly method: string;
  readonly relaxation?: string;
  readonly update?: string;
  readonly selection?: string;
  /** @default "paper" */
  readonly preset?: string;
  /** `--set key=value`: values still as text are read as JSON where that parses, else as a string. */
  readonly set?: Readonly<Record<string, unknown>>;
}
