/** A table of scores to be correlated: one that `archwright score` has written, or any CSV with a column of architectures. */
import { existsSync } from "node:fs";
import { readingOf } from "../../benchmarks/importers/direction.ts";
import { faulty } from "../../benchmarks/importers/format.ts";
import {
  architectureOf,
  fieldOf,
  nothingFound,
  numberField,
  readUserTable,
  type UserTable,
} from "../../benchmarks/importers/user-table.ts";
import { mean } from "../../benchmarks/mean.ts";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { hint } from "../../hints.ts";
import { configurationPath, isConfigurationFile } from "../../proxies/eproxy/file.ts";
import { ownName, proxyName } from "../../proxies/names.ts";
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
  /** Columns in which smaller is better, and in which larger is, whatever the table's description or their names say. */
  readonly lower?: readonly string[];
  readonly higher?: readonly string[];
  /** The column of the architectures in a CSV from elsewhere, where it has a name of its own. */
  readonly column?: string;
}

/**
 * Reads a table of scores, finished or not. Throws `ArchwrightError("run")` for a damaged table of `archwright score`,
 * `("benchmark")` for the first bad line of any other, `("io")` if it cannot be read, `("usage")` for a column that it has
 * not or that is asked for twice. What is in columns that are not taken does not matter.
 */
export function readScoreTable(
  path: string,
  { proxies: asked, members = [], lower: smaller = [], higher: larger = [], column }: ScoreTableOptions = {},
): ScoreTable {
  const source = existsSync(descriptionOf(path)) ? ownTable(path, column) : otherTable(path, column, asked);
  const { names, further: others = [] } = source;
  const named = (name: string): string => columnOf(path, name, [...names, ...others]);
  const proxies = asked?.map(named);
  const [lower, higher] = [smaller.map(named), larger.map(named)];
  const twice = proxies?.find((name, i) => proxies.indexOf(name) !== i);
  if (twice !== undefined) throw new ArchwrightError("usage", `the proxy ${twice} is given twice`);
  const both = lower.find((name) => higher.includes(name));
  if (both !== undefined)
    throw new ArchwrightError("usage", `${both} cannot be better both when smaller and when larger`);
  const taken = proxies ?? names;
  const further = names.filter((name) => members.includes(ownName(name)) && !taken.includes(name));
  const { columns, ...read } = source.read([...taken, ...further]);
  if (read.rows.length === 0) throw new ArchwrightError("run", `${path} holds no scores yet`);
  const turned = columns.map((column): ScoreColumn => {
    if (lower.includes(column.name)) return { ...column, direction: "lower" };
    if (higher.includes(column.name)) return { ...column, direction: "higher" };
    const { why, ...own } = column;
    if (why !== undefined) hint(`in ${column.name} smaller is better: ${why}; --higher ${column.name} says otherwise`);
    return own;
  });
  return { path, names, ...read, columns: turned.slice(0, taken.length), members: turned.slice(taken.length) };
}

/**
 * The column of this name, or the one that has another name of the same proxy. A proxy in a file is asked for by its path; its
 * column has the hash of what the file said, too.
 */
function columnOf(path: string, name: string, names: readonly string[]): string {
  const same = (one: string): boolean =>
    isConfigurationFile(name)
      ? isConfigurationFile(one) && configurationPath(one) === configurationPath(name)
      : ownName(one) === ownName(name);
  const found = names.find((one) => one === name) ?? names.find(same);
  if (found === undefined) throw unknownName(`column of ${path}`, name, names);
  if (found !== name && !isConfigurationFile(name)) proxyName(name);
  return found;
}

/** A file whose columns are known, and read as they are needed. */
interface Source {
  /** Those that hold scores. */
  readonly names: readonly string[];
  /** Those that hold none, but are taken where they are asked for. */
  readonly further?: readonly string[];
  read(names: readonly string[]): Pick<ScoreTable, "rows" | "unfinished" | "scoring"> & {
    /** `why`: what in its name makes a column better when smaller. */
    readonly columns: readonly (ScoreColumn & { readonly why?: string })[];
  };
}

function ownTable(path: string, column: string | undefined): Source {
  if (column !== undefined) {
    throw new ArchwrightError(
      "usage",
      `--arch-column goes with a CSV from elsewhere; the columns of ${path} are known`,
    );
  }
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

function otherTable(path: string, column: string | undefined, asked: readonly string[] = []): Source {
  const table = readUserTable(path, { ...(column === undefined ? {} : { column }), wanted: asked });
  const { numbers, passedOver } = table;
  if (numbers.length === 0)
    throw faulty({ path, place: "line 1", message: nothingFound("no column of scores", table) });
  return {
    names: numbers,
    further: passedOver.map((one) => one.column),
    read: (names) => {
      for (const { column: own, why, obvious } of passedOver) {
        if (!obvious) hint(`${path}: the column "${own}" is no score: ${why}`);
      }
      const rows = meansOfRuns(table, names);
      const columns = names.map((name, i) => ({
        name,
        ...directionOf(name),
        scores: rows.map(({ scores }) => scores[i] as number),
      }));
      return { rows, columns, unfinished: 0 };
    },
  };
}

/** What a training makes small is better when smaller; parameters and the like are compared as they are, as baselines. */
function directionOf(column: string): Pick<ScoreColumn, "direction"> & { why?: string } {
  const { larger, why, isResource } = readingOf(column);
  return larger !== "worse" || isResource ? { direction: "higher" } : { direction: "lower", why };
}

/** Scores on other data are other scores. */
function requireOneGroup(table: UserTable): void {
  for (const group of table.groups) {
    const values = [...new Set(table.rows.map((row) => fieldOf(table, row, group)))];
    if (values.length === 1) continue;
    const message = `rows of several (${values.slice(0, 5).join(", ")}); keep the rows of one`;
    throw faulty({ path: table.path, column: group, message });
  }
}

/** Rows that differ only in their seed are one architecture, with the mean of its scores that are there. */
function meansOfRuns(table: UserTable, names: readonly string[]): (ScoredArchitecture & { scores: number[] })[] {
  const { path, runs, rows } = table;
  requireOneGroup(table);
  const read = rows.map((row) => ({
    place: row.place,
    architecture: architectureOf(table, row),
    scores: names.map((column) => numberField(fieldOf(table, row, column), { path, place: row.place, column }, remedy)),
  }));
  if (runs.length === 0) return read;
  const groups = Map.groupBy(read, ({ architecture }) => architecture);
  return [...groups.values()].map((own) => ({
    ...(own[0] as (typeof read)[number]),
    scores: names.map((_, i) =>
      mean(own.map(({ scores }) => scores[i] as number).filter((score) => !Number.isNaN(score))),
    ),
  }));
}

const remedy = "; correct it, or leave the column out with --proxies";
