/** What an importer of benchmark files is: a format, its metrics, and a reader that checks every row. */
import { ArchwrightError } from "../../errors.ts";
import type { Metric } from "../benchmark.ts";
import type { PassedOver } from "./user-table.ts";

/** One row of a file. */
export interface ImportedRow {
  /** Where it stands, for messages: `line 7`. */
  readonly place: string;
  /** Rows of the file that it is made of. @default 1 */
  readonly rows?: number;
  /** A text form that the space reads. */
  readonly architecture: string;
  /** By metric name; what was not measured is absent. */
  readonly values: Readonly<Record<string, number>>;
  /** Single runs by metric name. */
  readonly runs?: Readonly<Record<string, readonly number[]>>;
  /** What the file says and the architecture decides; a difference means another version of the table. */
  readonly claims?: readonly Claim[];
}

export type Claim =
  | { readonly of: "identity"; readonly column: string; readonly value: string }
  | { readonly of: "parameters" | "macs"; readonly column: string; readonly value: number };

export interface TableFormat {
  /** Name on the command line. */
  readonly name: string;
  /** One line for help: which file this is. */
  readonly title: string;
  /** What the tables hold, kept in them. */
  readonly contents: string;
  /** Paper and origin, kept in the tables. */
  readonly source: string;
  /** Names of the spaces whose tables come in this format. */
  readonly spaces: readonly string[];
  /** Those that there can be; where only the file says that, a function of it. */
  readonly metrics: readonly Metric[] | ((path: string, options: ImportOptions) => TableMetrics);
  /** Stands before the space's name in the table's. @default nothing */
  readonly prefix?: string;
  /** What a second row of an architecture is: a mistake, or a further run. */
  readonly repeated: "refused" | "run";
  /** Reads a file row by row. Throws `ArchwrightError("benchmark")` on the first row that is wrong. */
  read(path: string, space: string, options?: ImportOptions): Iterable<ImportedRow>;
}

/** What the user says of a file of their own. */
export interface ImportOptions {
  /** The column of the architectures, where it has a name of its own. */
  readonly column?: string;
  /** Columns or metrics of which smaller is better, and of which larger is, whatever their names say. */
  readonly lower?: readonly string[];
  readonly higher?: readonly string[];
}

/** What was found in a file of the user's own. */
export interface TableMetrics {
  /** `why`: what gave it its direction. */
  readonly metrics: readonly (Metric & { readonly why: string })[];
  readonly passedOver: readonly PassedOver[];
}

export interface Fault {
  readonly path: string;
  readonly place?: string;
  readonly column?: string;
  readonly message: string;
}

/** `FILE: line 7, column "params": expected a whole number, found "x"` */
export function faulty({ path, place, column, message }: Fault): ArchwrightError {
  const where = [place, column === undefined ? undefined : `column "${column}"`].filter((part) => part !== undefined);
  const prefix = where.length === 0 ? path : `${path}: ${where.join(", ")}`;
  return new ArchwrightError("benchmark", `${prefix}: ${message}`, { details: { path, place, column } });
}

/** The start of a value, fit for one line. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
