/** A table of scores to be correlated: one that `archwright score` has written, or any CSV with a column of architectures. */
import { existsSync } from "node:fs";
import { readCsv, readHeader } from "../../benchmarks/importers/csv.ts";
import { faulty, quoted } from "../../benchmarks/importers/format.ts";
import { architectureColumnNames, architectureColumns } from "../../benchmarks/importers/plain-csv.ts";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { descriptionOf, readScores, readScoringFile, type ScoringFile } from "../score/scores-file.ts";

/** Scores of one proxy, in the order of the rows. */
export interface ScoreColumn {
  readonly name: string;
  readonly direction: "higher" | "lower";
  /** NaN where there is none. */
  readonly scores: readonly number[];
}

export interface ScoredArchitecture {
  /** `line 7` */
  readonly place: string;
  readonly architecture: string;
}

export interface ScoreTable {
  readonly path: string;
  readonly rows: readonly ScoredArchitecture[];
  readonly columns: readonly ScoreColumn[];
  /** Architectures still to be scored. */
  readonly unfinished: number;
  /** What was asked for, of a table that `archwright score` has written. */
  readonly scoring?: ScoringFile;
}

export interface ScoreTableOptions {
  /** Columns to take, in this order. @default all */
  readonly proxies?: readonly string[];
  /** Columns in which smaller is better, beside those that the table's description names. */
  readonly lower?: readonly string[];
}

/**
 * Reads a table of scores, finished or not. Throws `ArchwrightError("run")` for a damaged table of `archwright score`,
 * `("benchmark")` for the first bad line of any other, `("io")` if it cannot be read, `("usage")` for a column that it has not.
 */
export function readScoreTable(path: string, { proxies, lower = [] }: ScoreTableOptions = {}): ScoreTable {
  const table = once(existsSync(descriptionOf(path)) ? ownTable(path) : otherTable(path, proxies));
  const names = table.columns.map(({ name }) => name);
  for (const name of [...(proxies ?? []), ...lower]) {
    if (!names.includes(name)) throw unknownName(`column of ${path}`, name, names);
  }
  const chosen = proxies?.map((name) => table.columns[names.indexOf(name)] as ScoreColumn) ?? table.columns;
  const columns = chosen.map((column) =>
    lower.includes(column.name) ? { ...column, direction: "lower" as const } : column,
  );
  if (table.rows.length === 0) throw new ArchwrightError("run", `${path} holds no scores yet`);
  return { ...table, columns };
}

function ownTable(path: string): ScoreTable {
  const scoring = readScoringFile(path);
  const { proxies } = scoring.request;
  const { rows } = readScores(path, proxies);
  const columns = proxies.map((name, i) => ({
    name,
    direction: scoring.directions[name] ?? "higher",
    scores: rows.map(({ scores }) => scores[i] ?? Number.NaN),
  }));
  const places = rows.map(({ index, architecture }) => ({ place: `line ${index + 2}`, architecture }));
  return { path, rows: places, columns, unfinished: scoring.total - rows.length, scoring };
}

/**
 * Every architecture once. Throws `ArchwrightError("benchmark")` for one whose scores differ from those of an earlier line.
 */
function once(table: ScoreTable): ScoreTable {
  const first = new Map<string, number>();
  const kept: number[] = [];
  for (const [row, { architecture, place }] of table.rows.entries()) {
    const before = first.get(architecture);
    if (before === undefined) {
      first.set(architecture, row);
      kept.push(row);
      continue;
    }
    const other = table.columns.find(({ scores }) => !Object.is(scores[before], scores[row]));
    if (other === undefined) continue;
    const message = `the architecture stands in ${table.rows[before]?.place} already, with another ${other.name}`;
    throw faulty({ path: table.path, place, message });
  }
  if (kept.length === table.rows.length) return table;
  const of = <T>(values: readonly T[]): T[] => kept.map((row) => values[row] as T);
  const columns = table.columns.map((column) => ({ ...column, scores: of(column.scores) }));
  return { ...table, rows: of(table.rows), columns };
}

const passedOver = ["index", "hash", "num_vertices", "note"];

/** `asked`: the columns to take; others need not hold numbers. */
function otherTable(path: string, asked: readonly string[] | undefined): ScoreTable {
  const header = readHeader(path);
  const architectures = architectureColumns(header);
  if (architectures === undefined) {
    throw faulty({ path, place: "line 1", message: `no column of architectures: ${architectureColumnNames}` });
  }
  const others = header.filter((name) => !architectures.includes(name) && !passedOver.includes(name));
  const names = asked === undefined ? others : others.filter((name) => asked.includes(name));
  if (asked !== undefined) {
    const unknown = asked.find((name) => !others.includes(name));
    if (unknown !== undefined) throw unknownName(`column of ${path}`, unknown, others);
  }
  if (names.length === 0) throw faulty({ path, place: "line 1", message: "no column of scores" });
  const rows: ScoredArchitecture[] = [];
  const scores = names.map((): number[] => []);
  for (const row of readCsv(
    path,
    header.map((name) => ({ name, optional: true })),
  )) {
    rows.push({ place: row.place, architecture: architectures.map((name) => row.text(name)).join(" ") });
    for (const [i, name] of names.entries())
      scores[i]?.push(scoreOf(row.text(name), { path, place: row.place, column: name }));
  }
  const columns = names.map((name, i) => ({ name, direction: "higher" as const, scores: scores[i] as number[] }));
  return { path, rows, columns, unfinished: 0 };
}

/** NaN for an empty field. */
function scoreOf(text: string, at: { path: string; place: string; column: string }): number {
  if (text === "" || /^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const score = Number(text);
  if (Number.isNaN(score)) throw faulty({ ...at, message: `expected a number, found ${quoted(text)}` });
  return score;
}
