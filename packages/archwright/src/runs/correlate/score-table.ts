/** A table of scores to be correlated: one that `archwright score` has written, or any CSV with a column of architectures. */
import { existsSync } from "node:fs";
import { readCsv, readHeader } from "../../benchmarks/importers/csv.ts";
import { faulty, quoted } from "../../benchmarks/importers/format.ts";
import { architectureColumnNames, architectureColumns } from "../../benchmarks/importers/plain-csv.ts";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { ownName } from "../../proxies/names.ts";
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
  /** All columns that it has, taken or not. */
  readonly names: readonly string[];
  readonly rows: readonly ScoredArchitecture[];
  /** Those that are taken, in the order in which they are asked for. */
  readonly columns: readonly ScoreColumn[];
  /** Those that only aggregates take. */
  readonly members: readonly ScoreColumn[];
  /** Architectures still to be scored. */
  readonly unfinished: number;
  /** What was asked for, of a table that `archwright score` has written. */
  readonly scoring?: ScoringFile;
}

export interface ScoreTableOptions {
  /** Columns to take, in this order. @default all */
  readonly proxies?: readonly string[];
  /** What aggregates take, by our names: read as well where the table has it. */
  readonly members?: readonly string[];
  /** Columns in which smaller is better, beside those that the table's description names. */
  readonly lower?: readonly string[];
}

/**
 * Reads a table of scores, finished or not. Throws `ArchwrightError("run")` for a damaged table of `archwright score`,
 * `("benchmark")` for the first bad line of any other, `("io")` if it cannot be read, `("usage")` for a column that it has
 * not or that is asked for twice. What is in columns that are not taken does not matter.
 */
export function readScoreTable(
  path: string,
  { proxies, members = [], lower = [] }: ScoreTableOptions = {},
): ScoreTable {
  const source = existsSync(descriptionOf(path)) ? ownTable(path) : otherTable(path);
  const { names } = source;
  for (const name of [...(proxies ?? []), ...lower]) {
    if (!names.includes(name)) throw unknownName(`column of ${path}`, name, names);
  }
  const twice = proxies?.find((name, i) => proxies.indexOf(name) !== i);
  if (twice !== undefined) throw new ArchwrightError("usage", `the proxy ${twice} is given twice`);
  const taken = proxies ?? names;
  const further = names.filter((name) => members.includes(ownName(name)) && !taken.includes(name));
  const { columns, ...read } = source.read([...taken, ...further]);
  if (read.rows.length === 0) throw new ArchwrightError("run", `${path} holds no scores yet`);
  const turned = columns.map((column) =>
    lower.includes(column.name) ? { ...column, direction: "lower" as const } : column,
  );
  return { path, names, ...read, columns: turned.slice(0, taken.length), members: turned.slice(taken.length) };
}

/** A file whose columns are known, and read as they are needed. */
interface Source {
  readonly names: readonly string[];
  read(names: readonly string[]): Pick<ScoreTable, "rows" | "columns" | "unfinished" | "scoring">;
}

function ownTable(path: string): Source {
  const scoring = readScoringFile(path);
  const { proxies } = scoring.request;
  return {
    names: proxies,
    read: (names) => {
      const { rows } = readScores(path, proxies);
      const columns = names.map((name) => ({
        name,
        direction: scoring.directions[name] ?? "higher",
        scores: rows.map(({ scores }) => scores[proxies.indexOf(name)] ?? Number.NaN),
      }));
      const places = rows.map(({ index, architecture }) => ({ place: `line ${index + 2}`, architecture }));
      return { rows: places, columns, unfinished: scoring.total - rows.length, scoring };
    },
  };
}

const passedOver = ["index", "hash", "num_vertices", "note"];

function otherTable(path: string): Source {
  const header = readHeader(path);
  const architectures = architectureColumns(header);
  if (architectures === undefined) {
    throw faulty({ path, place: "line 1", message: `no column of architectures: ${architectureColumnNames}` });
  }
  const all = header.filter((name) => !architectures.includes(name) && !passedOver.includes(name));
  if (all.length === 0) throw faulty({ path, place: "line 1", message: "no column of scores" });
  return {
    names: all,
    read: (names) => {
      const rows: ScoredArchitecture[] = [];
      const scores = names.map((): number[] => []);
      for (const row of readCsv(
        path,
        header.map((name) => ({ name, optional: true })),
      )) {
        const { place } = row;
        rows.push({ place, architecture: architectures.map((name) => row.text(name)).join(" ") });
        for (const [i, name] of names.entries())
          scores[i]?.push(scoreOf(row.text(name), { path, place, column: name }));
      }
      const columns = names.map((name, i) => ({ name, direction: "higher" as const, scores: scores[i] as number[] }));
      return { rows, columns, unfinished: 0 };
    },
  };
}

/** NaN for an empty field. */
function scoreOf(text: string, at: { path: string; place: string; column: string }): number {
  if (text === "" || /^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const score = Number(text);
  if (Number.isNaN(score))
    throw faulty({
      ...at,
      message: `expected a number, found ${quoted(text)}; correct it, or leave the column out with --proxies`,
    });
  return score;
}
