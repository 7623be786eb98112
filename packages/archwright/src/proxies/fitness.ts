/** How good architectures are by a ranking, as a search sees it: from the scores of all that it has looked at. */

import { oriented } from "../statistics/order.ts";
import { fromScore, type Score } from "../statistics/score.ts";
import { rankingOf } from "./rankings.ts";
import { findProxy } from "./registry.ts";

/** Scores of one architecture by the names of proxies. */
export type ScoreRecord = Readonly<Record<string, Score>>;

export interface Fitness {
  /** As it was asked for: a proxy, an aggregate, a sum of ranks. */
  readonly name: string;
  /** The name with a minus where a smaller score is the better. */
  readonly label: string;
  /** Names of the proxies it takes. */
  readonly members: readonly string[];
  /** Whether one proxy decides, so that no architecture's fitness depends on the others. */
  readonly single: boolean;
  /** One value for each of all architectures, larger is better; minus infinity where a single proxy has no score. */
  readonly values: (history: readonly ScoreRecord[]) => number[];
}

/** Throws `ArchwrightError("usage")` for a proxy that is not known. */
export function fitnessOf(name: string): Fitness {
  const ranking = rankingOf(name);
  const members = ranking.members.map(findProxy);
  const [only] = members;
  const single = members.length === 1;
  return {
    name: ranking.name,
    label: single && only?.direction === "lower" ? `−${ranking.name}` : ranking.name,
    members: ranking.members,
    single,
    values: (history) =>
      ranking.combine(
        members.map(({ name: member, direction }) =>
          oriented(
            history.map((scores) => fromScore(scores[member] ?? "NaN")),
            direction,
          ),
        ),
      ),
  };
}
