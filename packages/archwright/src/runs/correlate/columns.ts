/** What is correlated: the proxies, parameters and MACs as baselines, and aggregates of the proxies. */
import { ArchwrightError } from "../../errors.ts";
import { aggregates, type Ranking, rankingOf } from "../../proxies/rankings.ts";
import { oriented } from "../../statistics/order.ts";
import type { Candidates } from "./candidates.ts";
import type { Oriented } from "./correlations.ts";
import type { ScoreTable } from "./score-table.ts";

export interface RankedColumn {
  readonly name: string;
  readonly kind: "proxy" | "baseline" | "aggregate";
  /** Scores of some of the candidates, by their positions; larger is better. Those of aggregates depend on which there are. */
  readonly combine: (positions: readonly number[]) => Oriented;
}

/** Whoever has more of these is taken for the better one. */
const baselines = ["params", "flops"] as const;

/**
 * The columns of the table, the baselines (counted here where the table has them not), the published aggregates whose
 * members are there, and those that are asked for. Throws `ArchwrightError("usage")` if members of these are missing.
 */
export function rankedColumns(table: ScoreTable, candidates: Candidates, asked: readonly string[]): RankedColumn[] {
  const rows = candidates.rows.map(({ row }) => row);
  const scored = table.columns.map(({ name, direction, scores }): [string, Oriented] => [
    name,
    oriented(
      rows.map((row) => scores[row] as number),
      direction,
    ),
  ]);
  const known = new Map([...scored, ...missingBaselines(new Map(scored), candidates)]);
  const single = [...known].map(
    ([name, scores]): RankedColumn => ({
      name,
      kind: (baselines as readonly string[]).includes(name) ? "baseline" : "proxy",
      combine: (positions) => positions.map((i) => scores[i] as number),
    }),
  );
  return [...single, ...rankings(known, asked).map((ranking) => combined(ranking, known))];
}

function missingBaselines(scored: ReadonlyMap<string, Oriented>, candidates: Candidates): [string, Oriented][] {
  const missing = baselines.filter((name) => !scored.has(name));
  if (missing.length === 0) return [];
  const { parameters, macs } = candidates.costs();
  return missing.map((name) => [name, name === "params" ? parameters : macs]);
}

function rankings(known: ReadonlyMap<string, Oriented>, asked: readonly string[]): Ranking[] {
  const wanted = asked.map(rankingOf);
  for (const { name, members } of wanted) {
    if (members.length === 1) {
      const message = `${name} is no aggregate: give a sum of columns, such as synflow+nwot, or ${aggregates.map((one) => one.name).join(", ")}`;
      throw new ArchwrightError("usage", message);
    }
    const missing = members.filter((member) => !known.has(member));
    if (missing.length > 0) {
      throw new ArchwrightError(
        "usage",
        `${name} needs scores of ${missing.join(", ")}, which are not among the columns that are taken`,
      );
    }
  }
  const present = aggregates.filter(({ members }) => members.every((member) => known.has(member)));
  return [...new Map([...present, ...wanted].map((ranking) => [ranking.name, ranking])).values()];
}

const combined = ({ name, members, combine }: Ranking, known: ReadonlyMap<string, Oriented>): RankedColumn => ({
  name,
  kind: "aggregate",
  combine: (positions) =>
    combine(members.map((member) => positions.map((i) => (known.get(member) as Oriented)[i] as number))),
});
