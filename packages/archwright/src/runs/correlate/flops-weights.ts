/** Eproxy's scores at other weights of its FLOPs term: from the losses that are there, without a network being trained. */
import { ArchwrightError } from "../../errors.ts";
import { withFlopsTerm } from "../../proxies/eproxy/flops-term.ts";
import { oriented } from "../../statistics/order.ts";
import type { Candidates } from "./candidates.ts";
import type { RankedColumn } from "./columns.ts";
import type { ScoreTable } from "./score-table.ts";

/** Columns that are losses without the term. */
const plain: readonly string[] = ["eproxy", "gennas"];

/**
 * `eproxy α=0.1`, a column for each weight but 0. Throws `ArchwrightError("usage")` where the table has no such losses.
 */
export function weightedColumns(
  table: ScoreTable,
  { rows, macsShares }: Candidates,
  weights: readonly number[],
): RankedColumn[] {
  if (weights.length === 0) return [];
  const losses = table.columns.filter(({ name, direction }) => plain.includes(name) && direction === "lower");
  if (losses.length === 0) {
    throw new ArchwrightError(
      "usage",
      `FLOPs weights are for ${plain.join(" and ")}, which ${table.path} does not have`,
    );
  }
  const shares = macsShares();
  return losses.flatMap(({ name, scores }) =>
    weights
      .filter((alpha) => alpha !== 0)
      .map((alpha): RankedColumn => {
        const own = rows.map(({ row }, i) => withFlopsTerm(scores[row] as number, shares[i] as number, 1, alpha));
        const turned = oriented(own, "lower");
        const combine = (positions: readonly number[]) => positions.map((i) => turned[i] as number);
        return { name: `${name} α=${alpha}`, kind: "proxy", combine };
      }),
  );
}
