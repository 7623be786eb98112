/** Comma-separated values with a header of known columns, checked column by column. */
import { readRecords } from "./csv-records.ts";
import { faulty, quoted } from "./format.ts";

/** What a column holds. */
export interface CsvColumn {
  readonly name: string;
  /** An empty field is allowed: not available. @default false */
  readonly optional?: boolean;
}

/** One row, whose fields are read by name. */
export interface CsvRow {
  /** `line 7` */
  readonly place: string;
  text(column: string): string;
  /** Undefined for an empty field of an optional column. */
  number(column: string, range?: NumberRange): number | undefined;
  /** Several numbers in one field, separated by semicolons. */
  numbers(column: string, range?: NumberRange): number[];
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/**
 * Rows of a file, plain or gzipped. Throws `ArchwrightError("benchmark")` for missing or unknown columns, a row with
 * more or fewer fields, and, when a field is asked for, one that is not what it should be.
 */
export function* readCsv(path: string, columns: readonly CsvColumn[]): Generator<CsvRow> {
  const { names, rows } = readRecords(path);
  checkHeader(names, columns, path);
  for (const { place, fields } of rows) yield csvRow({ path, place }, names, fields, columns);
}

function checkHeader(names: readonly string[], columns: readonly CsvColumn[], path: string): void {
  const expected = columns.map(({ name }) => name);
  const missing = expected.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !expected.includes(name));
  const list = (some: readonly string[]): string => some.map((name) => quoted(name)).join(", ");
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      missing.length === 0 ? [] : [`missing ${list(missing)}`],
      unknown.length === 0 ? [] : [`unknown ${list(unknown)}`],
    ];
    const message = `the columns are not this format's: ${parts.flat().join("; ")} (expected ${expected.join(",")})`;
    throw faulty({ path, place: "line 1", message });
  }
}

function csvRow(
  at: { path: string; place: string },
  names: readonly string[],
  fields: readonly string[],
  columns: readonly CsvColumn[],
): CsvRow {
  const text = (column: string): string => fields[names.indexOf(column)] as string;
  const parse = (column: string, field: string, range: NumberRange): number => {
    const value = Number(field);
    if (field.trim() !== "" && inRange(value, range)) return value;
    throw faulty({ ...at, column, message: `expected ${describeRange(range)}, found ${quoted(field)}` });
  };
  return {
    place: at.place,
    text,
    number: (column, range = {}) => {
      const optional = columns.find(({ name }) => name === column)?.optional ?? false;
      return optional && text(column) === "" ? undefined : parse(column, text(column), range);
    },
    numbers: (column, range = {}) =>
      text(column)
        .split(";")
        .map((field) => parse(column, field, range)),
  };
}

export function inRange(value: unknown, { min = -Infinity, max = Infinity, whole = false }: NumberRange): boolean {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) return false;
  return !whole || Number.isInteger(value);
}

/** `a number from 0 to 1` */
export function describeRange({ min, max, whole = false }: NumberRange): string {
  const kind = whole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  return max === undefined ? kind : `${kind} of at most ${max}`;
}
