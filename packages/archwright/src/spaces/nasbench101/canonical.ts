/** The cell that stands for all that are isomorphic to it. */
import { leastBy, permutations } from "../isomorphism/relabeling.ts";
import type { Nasbench101Cell, Nasbench101Operation } from "./cell.ts";
import { formatNasbench101 } from "./codec.ts";

/** The first by its text among those with another order of the interior vertices. */
export const canonicalCell = (cell: Nasbench101Cell): Nasbench101Cell => leastBy(relabelled(cell), formatNasbench101);

function* relabelled({ matrix, operations }: Nasbench101Cell): Generator<Nasbench101Cell> {
  const last = matrix.length - 1;
  for (const order of permutations(operations.length)) {
    // Vertex `old[v]` gets the number v.
    const old = [0, ...order.map((v) => v + 1), last];
    const moved = old.map((u) => old.map((v) => matrix[u]?.[v] as number));
    if (moved.some((row, u) => row.some((edge, v) => edge === 1 && v <= u))) continue;
    yield { matrix: moved, operations: order.map((v) => operations[v] as Nasbench101Operation) };
  }
}
