/** The records of CSV files: RFC 4180, and what spreadsheets and data frames make of it. */
import Papa from "papaparse";
import { readText } from "./files.ts";
import { faulty } from "./format.ts";

export interface CsvRecord {
  /** `line 7`: where it begins. */
  readonly place: string;
  readonly fields: readonly string[];
}

export interface CsvFile {
  /** `,`, `;` or a tab. */
  readonly delimiter: string;
  /** The names of the columns. A column may have none. */
  readonly names: readonly string[];
  readonly rows: readonly CsvRecord[];
}

/**
 * A file, plain or gzipped, with a header line. Its separator is the one that parts the header; comments in front of it,
 * which begin with #, and empty lines are passed over; quoted fields may hold line ends. Throws `ArchwrightError("benchmark")`
 * for an empty file, a name that stands twice, a quoted field without an end, and a row with more or fewer fields.
 */
export function readRecords(path: string): CsvFile {
  const { body, before } = withoutComments(readText(path));
  const delimiter = separatorOf(body);
  const records = placed(body, delimiter, before + 1, path);
  const [header, ...rows] = records;
  if (header === undefined) throw faulty({ path, message: "the file is empty; expected a header line" });
  const names = header.fields.map((name) => name.trim());
  const twice = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
  if (twice !== undefined) throw faulty({ path, place: header.place, column: twice, message: "it is there twice" });
  return { delimiter, names, rows: rows.map((row) => ofWidth(row, names.length, delimiter, path)) };
}

/** The first line of a file as names of columns, whether it is one or not. */
export function headerNames(text: string): string[] {
  const { body } = withoutComments(text);
  return (firstRecord(body, separatorOf(body)) ?? []).map((name) => name.trim());
}

/** The text behind comments and empty lines in front, its line ends made one, and how many lines were passed over. */
function withoutComments(given: string): { body: string; before: number } {
  const text = given.replace(/\r\n?/g, "\n");
  const comments = /^(?:[^\S\n]*(?:#[^\n]*)?\n)*/.exec(text)?.[0] ?? "";
  return { body: text.slice(comments.length), before: comments.split("\n").length - 1 };
}

/** The fields of one line. `at`: where it stands, for messages. */
export function splitFields(line: string, at: { path: string; place: string }): string[] {
  const { data, errors } = Papa.parse<string[]>(line, { delimiter: ",", newline: "\n" });
  if (errors.length > 0 || data.length > 1) throw unclosed(at);
  return data[0] ?? [""];
}

const separators = [",", ";", "\t"];

function separatorOf(text: string): string {
  const widths = separators.map((delimiter) => firstRecord(text, delimiter)?.length ?? 0);
  return separators[widths.indexOf(Math.max(...widths))] as string;
}

const firstRecord = (text: string, delimiter: string): string[] | undefined =>
  Papa.parse<string[]>(text, { delimiter, newline: "\n", preview: 1 }).data[0];

/** Records with the lines on which they begin, without empty ones. `first`: the line of the first. */
function placed(text: string, delimiter: string, first: number, path: string): CsvRecord[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  const faults = new Set(errors.flatMap(({ type, row }) => (type === "Quotes" && row !== undefined ? [row] : [])));
  const records: CsvRecord[] = [];
  let line = first;
  for (const [i, fields] of data.entries()) {
    const place = `line ${line}`;
    if (faults.has(i)) throw unclosed({ path, place });
    if (fields.some((field) => field.trim() !== "")) records.push({ place, fields });
    line += 1 + lineEnds(fields);
  }
  return records;
}

const lineEnds = (fields: readonly string[]): number =>
  fields.reduce((count, field) => (field.includes("\n") ? count + field.split("\n").length - 1 : count), 0);

const unclosed = (at: { path: string; place: string }) =>
  faulty({ ...at, message: "a quoted field does not end or text follows it" });

/** Separators at the end of a line without anything behind them are no fields. */
function ofWidth(record: CsvRecord, width: number, delimiter: string, path: string): CsvRecord {
  const { place, fields } = record;
  if (fields.length === width) return record;
  const rest = fields.slice(width);
  if (fields.length > width && rest.every((field) => field.trim() === ""))
    return { place, fields: fields.slice(0, width) };
  const blank = fields.some((field) => /^\s+"/.test(field)) ? ", without a blank in front of them" : "";
  const split = fields.length > width ? `; a field that holds ${shown(delimiter)} stands in double quotes${blank}` : "";
  throw faulty({ path, place, message: `expected ${width} fields, found ${fields.length}${split}` });
}

const shown = (delimiter: string): string => (delimiter === "\t" ? "a tab" : `"${delimiter}"`);
