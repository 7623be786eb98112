/** How well losses order architectures as their results do. */
import { oriented } from "../../../statistics/order.ts";
import { spearman } from "../../../statistics/ranks.ts";

/**
 * -Spearman(losses, results), so that 1 is perfect; -1 where it is undefined. What is no number, and infinity, ranks last.
 * - `results`: larger is better.
 */
export function agreement(losses: readonly number[], results: readonly number[]): number {
  const found = spearman(oriented(losses, "lower"), results);
  return Number.isNaN(found) ? -1 : found;
}
