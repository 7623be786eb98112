/** A CSV of the user's own, whatever wrote it: which column says what, and its rows. */
import { readRecords } from "./csv-records.ts";
import { faulty, quoted } from "./format.ts";

export interface UserRow {
  /** `line 7` */
  readonly place: string;
  readonly fields: readonly string[];
}

export interface PassedOver {
  readonly column: string;
  readonly why: string;
  /** Whether its name says so, so that nobody would look for it. */
  readonly obvious: boolean;
}

export interface UserTable {
  readonly path: string;
  readonly names: readonly string[];
  readonly rows: readonly UserRow[];
  /** Columns whose texts, joined by a blank, are the architecture. */
  readonly architecture: readonly string[];
  /** Columns that say what a row is about. */
  readonly groups: readonly string[];
  /** Columns that tell repetitions apart. */
  readonly runs: readonly string[];
  /** The column of the space, where rows are of several. */
  readonly space: string | undefined;
  /** The other columns, which hold numbers. */
  readonly numbers: readonly string[];
  /** Those that hold none, or that only number the rows. */
  readonly passedOver: readonly PassedOver[];
}

export interface UserTableOptions {
  /** The column of the architectures, where it has a name of its own. */
  readonly column?: string;
  /** Columns that are taken for numbers, whatever they look like. */
  readonly wanted?: readonly string[];
}

const singleColumns = [
  "architecture",
  "arch",
  "genotype",
  "arch_str",
  "arch_string",
  "architecture_string",
  "architecture_str",
];
const matrixColumns = ["adjacency", "matrix", "module_adjacency"];
const labelColumns = ["ops", "operations", "module_operations"];
const groupColumns = ["dataset", "task"];
const runColumns = ["seed", "run", "repeat", "repetition", "trial"];
/** What says nothing of its own. */
const nothing = ["index", "idx", "id", "row", "row_number", "no", "level_0", "hash", "num_vertices", "note"];

export const architectureColumnNames = "architecture, arch, arch_str or genotype, or adjacency and ops";

/** `Arch String` as `arch_string`. */
const plainName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");

/** Columns of architectures by a header, or undefined. */
export function architectureColumns(names: readonly string[]): readonly string[] | undefined {
  const find = (wanted: readonly string[]): string | undefined =>
    wanted.flatMap((one) => names.filter((name) => plainName(name) === one))[0];
  const single = find(singleColumns);
  if (single !== undefined) return [single];
  const [matrix, labels] = [find(matrixColumns), find(labelColumns)];
  return matrix === undefined || labels === undefined ? undefined : [matrix, labels];
}

/** Throws `ArchwrightError("benchmark")` for a file that is no table with architectures. */
export function readUserTable(path: string, { column, wanted = [] }: UserTableOptions = {}): UserTable {
  const { names, rows: records, delimiter } = readRecords(path);
  const architecture = column === undefined ? architectureColumns(names) : namedColumn(names, column);
  if (architecture === undefined) {
    const there = names.map((name) => quoted(name)).join(", ");
    const found =
      column === undefined ? `no column of architectures (${architectureColumnNames})` : `no column ${quoted(column)}`;
    const message = `${found}; there are ${there}; --arch-column NAME says which it is`;
    throw faulty({ path, place: "line 1", message });
  }
  const rows = delimiter === "," ? records : withPoints(records, names, architecture, path);
  const others = names.filter((name) => !architecture.includes(name));
  const named = (known: readonly string[]): string[] => others.filter((name) => known.includes(plainName(name)));
  const [groups, runs, [space]] = [named(groupColumns), named(runColumns), named(["space"])];
  const facts = [...groups, ...runs, ...(space === undefined ? [] : [space])].filter((name) => !wanted.includes(name));
  const rest = others.filter((name) => !facts.includes(name));
  const passedOver = rest.flatMap((name) => {
    const why = wanted.includes(name) ? undefined : reasonToPass(name, names.indexOf(name), rows);
    return why === undefined ? [] : [{ column: name, ...why }];
  });
  const numbers = rest.filter((name) => !passedOver.some((one) => one.column === name));
  return { path, names, rows, architecture, groups, runs, space, numbers, passedOver };
}

function namedColumn(names: readonly string[], column: string): readonly string[] | undefined {
  const found = names.find((name) => name === column) ?? names.find((name) => plainName(name) === plainName(column));
  return found === undefined ? undefined : [found];
}

/** Why a column is no score and no metric; undefined where it is one. */
function reasonToPass(name: string, at: number, rows: readonly UserRow[]): Omit<PassedOver, "column"> | undefined {
  if (name === "" || /^unnamed[:_\s]*\d*$/i.test(name)) return { why: "it has no name", obvious: true };
  if (nothing.includes(plainName(name))) return { why: "it says nothing of its own", obvious: true };
  const texts = rows.map(({ fields }) => bareField(fields[at] as string));
  if (at === 0 && numbersRows(texts)) return { why: "it numbers the rows", obvious: false };
  const present = texts.filter((text) => !isMissing(text));
  if (present.length > 0 && !present.some(holdsNumbers)) {
    return { why: `it holds no numbers, but ${quoted(present[0])}`, obvious: false };
  }
  return undefined;
}

/** 0, 1, 2, ... or 1, 2, 3, ..., of at least three rows; in front of all others, where data frames have their index. */
function numbersRows(texts: readonly string[]): boolean {
  const first = texts[0];
  if (texts.length < 3 || (first !== "0" && first !== "1")) return false;
  return texts.every((text, i) => text === String(i + Number(first)));
}

/** Beside numbers with decimal commas, as spreadsheets of half of the world write them between semicolons. */
function withPoints(
  rows: readonly UserRow[],
  names: readonly string[],
  architecture: readonly string[],
  path: string,
): readonly UserRow[] {
  const isOther = names.map((name) => !architecture.includes(name));
  const hasComma = (field: string, i: number): boolean =>
    isOther[i] === true && /^\s*[-+]?\d+,\d+(?:e[-+]?\d+)?\s*$/i.test(field);
  const hasPoint = (field: string, i: number): boolean =>
    isOther[i] === true && /^\s*[-+]?\d+\.\d+(?:e[-+]?\d+)?\s*$/i.test(field);
  if (!rows.some(({ fields }) => fields.some(hasComma))) return rows;
  for (const { place, fields } of rows) {
    const at = fields.findIndex(hasPoint);
    if (at < 0) continue;
    const message = `${quoted(fields[at])} has a decimal point, other fields have decimal commas; write all in one way`;
    throw faulty({ path, place, column: names[at] as string, message });
  }
  return rows.map(({ place, fields }) => ({
    place,
    fields: fields.map((field, i) => (hasComma(field, i) ? field.replace(",", ".") : field)),
  }));
}

/** Why there is nothing to be had from a table. */
export const nothingFound = (what: string, { passedOver }: UserTable): string => {
  const reasons = passedOver.filter(({ obvious }) => !obvious).map(({ column, why }) => `"${column}": ${why}`);
  return reasons.length === 0 ? what : `${what} (${reasons.join("; ")})`;
};

export const isMissing = (text: string): boolean => /^(?:|[-+]?nan|na|n\/a|null|none|-|–)$/i.test(text.trim());

/** Whether a field is a number, or begins several between semicolons with one. */
function holdsNumbers(text: string): boolean {
  const first = text.split(";").find((part) => !isMissing(part));
  return first !== undefined && !Number.isNaN(numberOf(first));
}

/** NaN for what is no number. Infinities as they are written by Python, R and JavaScript. */
function numberOf(given: string): number {
  const text = given.trim();
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** The number of a field; NaN where it is missing. Throws `ArchwrightError("benchmark")` for anything else. */
export function numberField(text: string, at: { path: string; place: string; column: string }, remedy = ""): number {
  if (isMissing(text)) return Number.NaN;
  const value = numberOf(text);
  if (!Number.isNaN(value)) return value;
  const grouped = /^\s*[-+]?\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?\s*$/.test(text)
    ? " (without marks between thousands)"
    : "";
  throw faulty({ ...at, message: `expected a number${grouped}, found ${quoted(text)}${remedy}` });
}

export const fieldOf = ({ names }: UserTable, { fields }: UserRow, column: string): string =>
  bareField(fields[names.indexOf(column)] as string);

/** Behind a blank, quotes are no quotes of CSV, but meant as such. */
const bareField = (field: string): string => field.trim().replace(/^"([^"]*)"$/, "$1");

export const architectureOf = (table: UserTable, row: UserRow): string =>
  table.architecture.map((name) => fieldOf(table, row, name)).join(" ");
