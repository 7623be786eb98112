/** A table of scores to be correlated: one that `archwright score` has written, or any CSV with a column of architectures. */
import { existsSync } from "node:fs";
import { readCsv, readHeader } from "../../benchmarks/importers/csv.ts";
import { faulty, quoted } from "../../benchmarks/importers/format.ts";
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
  const table = existsSync(descriptionOf(path)) ? ownTable(path) : otherTable(path);
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
  return { path, rows: places, columns, scoring };
}

const architectureNames = ["architecture", "arch"];
const passedOver = ["index", "hash", "note"];

function otherTable(path: string): ScoreTable {
  const header = readHeader(path);
  const architectures = architectureNames.find((name) => header.includes(name));
  if (architectures === undefined) {
    const message = `no column of architectures: expected one named ${architectureNames.join(" or ")}`;
    throw faulty({ path, place: "line 1", message });
  }
  const names = header.filter((name) => name !== architectures && !passedOver.includes(name));
  if (names.length === 0) throw faulty({ path, place: "line 1", message: "no column of scores" });
  const rows: ScoredArchitecture[] = [];
  const scores = names.map((): number[] => []);
  for (const row of readCsv(
    path,
    header.map((name) => ({ name, optional: true })),
  )) {
    rows.push({ place: row.place, architecture: row.text(architectures) });
    for (const [i, name] of names.entries())
      scores[i]?.push(scoreOf(row.text(name), { path, place: row.place, column: name }));
  }
  const columns = names.map((name, i) => ({ name, direction: "higher" as const, scores: scores[i] as number[] }));
  return { path, rows, columns };
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
