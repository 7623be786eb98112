/** What the command line can ask of a search. */
import type { Limits } from "../guided/limits.ts";

/** What can be asked of a method: other parts in its slots, a preset, single values, limits. */
export interface PartsRequest extends Limits {
  readonly relaxation?: string;
  readonly update?: string;
  readonly selection?: string;
  /** @default "paper" */
  readonly preset?: string;
  /** `--set key=value`: values still as text are read as JSON where that parses, else as a string. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** The same with the method's name. */
export interface MethodRequest extends PartsRequest {
  readonly method: string;
}
