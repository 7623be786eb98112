/** Comma-separated values with a header, checked column by column. */
import { linesOf, readText } from "./files.ts";
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
  let names: readonly string[] | undefined;
  for (const { number, text } of linesOf(readText(path))) {
    const place = `line ${number}`;
    const fields = splitFields(text, { path, place });
    if (names === undefined) {
      names = checkedHeader(fields, columns, path);
      continue;
    }
    if (fields.length !== names.length) {
      throw faulty({ path, place, message: `expected ${names.length} fields, found ${fields.length}` });
    }
    yield csvRow({ path, place }, names, fields, columns);
  }
  if (names === undefined) throw faulty({ path, message: "the file is empty; expected a header line" });
}

/** The names of the columns. Throws `ArchwrightError("benchmark")` for an empty file, or for a name that stands twice. */
export function readHeader(path: string): readonly string[] {
  for (const { text } of linesOf(readText(path))) {
    const names = splitFields(text, { path, place: "line 1" });
    refuseRepeated(names, path);
    return names;
  }
  throw faulty({ path, message: "the file is empty; expected a header line" });
}

function refuseRepeated(names: readonly string[], path: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw faulty({ path, place: "line 1", column: twice, message: "it is there twice" });
}

function checkedHeader(names: readonly string[], columns: readonly CsvColumn[], path: string): readonly string[] {
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
  refuseRepeated(names, path);
  return names;
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

/** RFC 4180 within one line: fields in double quotes may hold commas, and quotes written twice. */
export function splitFields(line: string, at: { path: string; place: string }): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (pattern.lastIndex < line.length || fields.length === 0 || line[pattern.lastIndex - 1] === ",") {
    const match = pattern.exec(line);
    if (match === null) throw faulty({ ...at, message: "a quoted field does not end or text follows it" });
    fields.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string));
    if (match[3] === "") break;
  }
  return fields;
}
