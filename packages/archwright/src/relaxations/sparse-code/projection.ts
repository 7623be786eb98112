/** From a recovered vector to the affine map that gives a node's mixing weights (ista-nas §2). */
import type { Columns } from "./lasso.ts";

export interface Projection {
  /** Positions of the largest |x|, ascending. */
  readonly support: readonly number[];
  /** A with the columns outside the support set to 0. */
  readonly columns: Columns;
  /** `Σ_{q∈S}(AᵀA − I)_{pq} x_q` on the support, else 0: the weights are A_Sᵀb − bias. */
  readonly bias: readonly number[];
}

/** Keeps the `sparsity` largest |x|; of equal ones the first. */
export function project(a: Columns, x: readonly number[], sparsity: number): Projection {
  const support = largest(x, sparsity);
  const inside = new Set(support);
  const bias = x.map((_, p) => {
    if (!inside.has(p)) return 0;
    return support.reduce((sum, q) => sum + (inner(a, p, q) - (p === q ? 1 : 0)) * (x[q] as number), 0);
  });
  return { support, columns: a.map((column, p) => (inside.has(p) ? column : column.map(() => 0))), bias };
}

/** Positions of the `count` largest |x|, ascending. */
function largest(x: readonly number[], count: number): number[] {
  const order = x.map((_, p) => p).sort((p, q) => Math.abs(x[q] as number) - Math.abs(x[p] as number) || p - q);
  return order.slice(0, count).sort((p, q) => p - q);
}

const inner = (a: Columns, p: number, q: number): number =>
  (a[p] as readonly number[]).reduce((sum, value, r) => sum + value * (a[q]?.[r] as number), 0);
