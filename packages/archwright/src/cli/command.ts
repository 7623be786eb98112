/** What a command of the program is. */
import type { Given, Option } from "./options.ts";

export interface Command {
  /** What stands after the name in the synopsis, before the options. */
  readonly positional?: string;
  /** How many of these it takes. @default 1 where there are any */
  readonly mostPositionals?: number;
  /** Options beside the common ones. */
  readonly options: readonly Option[];
  /** Further lines of the help. */
  readonly notes?: readonly string[];
  /** Does the work and returns the exit status. */
  readonly run: (given: Given) => Promise<number>;
}

/** A command that is loaded when it is called, so that help and the other commands do not wait for it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
