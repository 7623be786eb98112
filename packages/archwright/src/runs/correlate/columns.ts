/** What is correlated: the proxies, parameters and multiply-adds as baselines, and aggregates of the proxies. */
import { ArchwrightError, unknownName } from "../../errors.ts";
import { ownName } from "../../proxies/names.ts";
import { aggregates, type Ranking, rankingOf } from "../../proxies/rankings.ts";
import { oriented } from "../../statistics/order.ts";
import type { Candidates } from "./candidates.ts";
import type { Oriented } from "./correlations.ts";
import type { ScoreColumn, ScoreTable } from "./score-table.ts";

export interface RankedColumn {
  readonly name: string;
  readonly kind: "proxy" | "baseline" | "aggregate";
  /** Scores of some of the candidates, by their positions; larger is better. Those of aggregates depend on which there are. */
  readonly combine: (positions: readonly number[]) => Oriented;
}

/** Whoever has more of these is taken for the better one. */
const baselines: readonly string[] = ["params", "macs"];

/** What the rankings that are asked for take, by our names. */
export const membersOf = (asked: readonly string[]): string[] => asked.flatMap((name) => rankingOf(name).members);

/** Scores of the candidates by the column's name. */
type Scores = ReadonlyMap<string, Oriented>;

/**
 * The columns that are taken, the baselines (counted here where they are not read), the published aggregates whose members
 * are among them, and those that are asked for. Throws `ArchwrightError("usage")` for one of these that is none, or whose
 * members are missing.
 */
export function rankedColumns(table: ScoreTable, candidates: Candidates, asked: readonly string[]): RankedColumn[] {
  const taken = scoresOf(table.columns, candidates);
  const read = new Map([...taken, ...scoresOf(table.members, candidates)]);
  const counted = missingBaselines(read, candidates);
  const isBaseline = (name: string): boolean => baselines.includes(ownName(name));
  const shown = new Map([...read, ...counted].filter(([name]) => taken.has(name) || isBaseline(name)));
  const single = [...shown].map(
    ([name, scores]): RankedColumn => ({
      name,
      kind: isBaseline(name) ? "baseline" : "proxy",
      combine: (positions) => positions.map((i) => scores[i] as number),
    }),
  );
  // Rankings know their members by our names.
  const known = new Map([...read, ...counted].map(([name, scores]) => [ownName(name), scores]));
  const wanted = asked.map((name) => askedRanking(name, known, table));
  const namesShown = new Set([...shown.keys()].map(ownName));
  const present = aggregates.filter(({ members }) => members.every((member) => namesShown.has(member)));
  const rankings = new Map([...present, ...wanted].map((ranking) => [ranking.name, ranking]));
  return [...single, ...[...rankings.values()].map((ranking) => combined(ranking, known))];
}

function scoresOf(columns: readonly ScoreColumn[], { rows }: Candidates): Scores {
  return new Map(
    columns.map(({ name, direction, scores }) => [
      name,
      oriented(
        rows.map(({ row }) => scores[row] as number),
        direction,
      ),
    ]),
  );
}

function missingBaselines(read: Scores, candidates: Candidates): [string, Oriented][] {
  const known = [...read.keys()].map(ownName);
  const missing = baselines.filter((name) => !known.includes(name));
  if (missing.length === 0) return [];
  const { parameters, macs } = candidates.costs();
  return missing.map((name) => [name, name === "params" ? parameters : macs]);
}

function askedRanking(name: string, known: Scores, { path, names }: ScoreTable): Ranking {
  const ranking = rankingOf(name);
  const missing = ranking.members.find((member) => !known.has(member));
  const published = aggregates.map((one) => one.name);
  if (ranking.members.length === 1) {
    if (missing !== undefined) throw unknownName("aggregate", name, published);
    const message = `${name} is no aggregate: give a sum of columns, such as synflow+nwot, or ${published.join(", ")}`;
    throw new ArchwrightError("usage", message);
  }
  if (missing === undefined) return ranking;
  throw unknownName(`column of ${path} in the aggregate ${name}:`, missing, [...new Set([...names, ...baselines])]);
}

const combined = ({ name, members, combine }: Ranking, known: Scores): RankedColumn => ({
  name,
  kind: "aggregate",
  combine: (positions) =>
    combine(members.map((member) => positions.map((i) => (known.get(member) as Oriented)[i] as number))),
});
