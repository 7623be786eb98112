/** α with one parameter for each edge: a number for each of its operations. */
import {
  clone,
  copy_,
  detachFromScope,
  type Generator,
  mulScalar,
  noGrad,
  randn,
  scope,
  select,
  stack,
  type Tensor,
  to,
} from "@archwright/torch";
import type { ArchitectureParameter, ArchitectureParameters, RelaxationContext } from "../search/relaxation.ts";
import type { CellTemplate } from "../spaces/space.ts";

export interface EdgeParameters extends Pick<ArchitectureParameters, "parameters" | "redraw" | typeof Symbol.dispose> {
  /** α of each kind of cell, [edges, operations], differentiable in the parameters. */
  stacked(): Tensor[];
}

/** - `initial`: values for all edges of a cell, [edges, operations]. */
export function edgeParameters(
  { space, random, device }: RelaxationContext,
  initial: (cell: CellTemplate, random: Generator) => Tensor,
): EdgeParameters {
  const draw = (cell: CellTemplate, source: Generator): Tensor[] => {
    const values = to(initial(cell, source), { device });
    return cell.edges.map((_, e) => select(values, 0, e));
  };
  const parameters = space.cells.flatMap((cell): ArchitectureParameter[] =>
    noGrad(() =>
      scope(() =>
        draw(cell, random).map((row, e) => ({
          name: `${cell.name}/${e}`,
          cell: cell.name,
          edges: [e],
          tensor: detachFromScope(clone(row)),
        })),
      ),
    ),
  );
  const own = (cell: CellTemplate): Tensor[] =>
    parameters.filter((parameter) => parameter.cell === cell.name).map(({ tensor }) => tensor);
  return {
    parameters,
    stacked: () => space.cells.map((cell) => stack(own(cell))),
    redraw(source) {
      for (const cell of space.cells) {
        noGrad(() =>
          scope(() => {
            const rows = draw(cell, source);
            for (const [e, tensor] of own(cell).entries()) copy_(tensor, rows[e] as Tensor);
          }),
        );
      }
    },
    [Symbol.dispose](): void {
      for (const { tensor } of parameters) tensor.dispose();
    },
  };
}

/** [edges, operations] of a cell. */
export const matrixShape = (cell: CellTemplate): [number, number] => [
  cell.edges.length,
  cell.operations[0]?.length ?? 0,
];

/** α ~ 1e-3·N(0,1), so that the weights start near uniform (space-darts §1). */
export const smallNormal = (cell: CellTemplate, random: Generator): Tensor =>
  mulScalar(randn(matrixShape(cell), random), 1e-3);
