/** The cell that stands for all that make the same network. */
import { leastBy, permutations } from "../isomorphism/relabeling.ts";
import type { Nasbench101Cell, Nasbench101Operation } from "./cell.ts";
import { formatNasbench101 } from "./codec.ts";
import { stackChannels } from "./network.ts";

/**
 * The first by its text among those with another order of the interior vertices. Their channels must be the same, too:
 * which vertices get those that do not divide depends on the order (space-nasbench101 §3), so that isomorphic cells, which
 * share a fingerprint, can differ in a few parameters.
 */
export const canonicalCell = (cell: Nasbench101Cell): Nasbench101Cell => leastBy(relabelled(cell), formatNasbench101);

function* relabelled(cell: Nasbench101Cell): Generator<Nasbench101Cell> {
  const { matrix, operations } = cell;
  const channels = stackChannels(cell);
  const last = matrix.length - 1;
  for (const order of permutations(operations.length)) {
    // Vertex `old[v]` gets the number v.
    const old = [0, ...order.map((v) => v + 1), last];
    const moved = old.map((u) => old.map((v) => matrix[u]?.[v] as number));
    if (moved.some((row, u) => row.some((edge, v) => edge === 1 && v <= u))) continue;
    const other = { matrix: moved, operations: order.map((v) => operations[v] as Nasbench101Operation) };
    const kept = stackChannels(other).every((stack, n) =>
      stack.every((count, v) => count === channels[n]?.[old[v] as number]),
    );
    if (kept) yield other;
  }
}
