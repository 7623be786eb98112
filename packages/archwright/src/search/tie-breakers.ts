/** What decides between operations of an edge that a score finds equal. */
import type { CellMixture } from "../networks/mixture.ts";
import { passesOn } from "../spaces/connected.ts";
import type { CellTemplate, Space } from "../spaces/space.ts";
import type { Measure } from "../statistics/best.ts";

/**
 * The larger mixing weight; among equal weights an operation that passes something on before one that does not (`none`,
 * `noise`), since a cell that nothing passes through is the one answer that is certainly wrong.
 *
 * - `columns`: the operations that are compared.
 */
export function operationTieBreakers(
  space: Pick<Space, "operations">,
  cell: CellTemplate,
  edge: number,
  { columns, mixture }: { readonly columns: readonly number[]; readonly mixture: CellMixture },
): readonly Measure[] {
  const weights = mixture.values[edge] ?? [];
  const names = cell.operations[edge] ?? [];
  return [
    { name: "mixing weight", values: columns.map((o) => weights[o] ?? Number.NaN), best: "max" },
    {
      name: "passing something on",
      values: columns.map((o) => Number(passesOn(space, names[o] as string))),
      best: "max",
    },
  ];
}
