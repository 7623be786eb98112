/** Mixing weights that are parameters themselves: θ on the simplex of each edge's operations (Li et al., GAEA, ICLR 2021, §3). */
import {
  copy_,
  detachFromScope,
  full,
  mul,
  noGrad,
  scope,
  select,
  stack,
  type Tensor,
  to,
  unsqueeze,
} from "@archwright/torch";
import { z } from "zod";
import type {
  ArchitectureParameter,
  ArchitectureParameters,
  Relaxation,
  RelaxationContext,
} from "../search/relaxation.ts";
import { computedNodes, incomingEdges } from "../spaces/cells.ts";
import type { CellTemplate } from "../spaces/space.ts";
import { edgeParameters, matrixShape } from "./edge-parameters.ts";

const settings = z.object({
  edgeWeights: z
    .boolean()
    .default(false)
    .describe("learn a weight ρ for each edge too, one simplex for all edges into a node (the PC-DARTS form)"),
});

/** θ starts uniform, and so does ρ. With edge weights an operation's weight is θ·ρ; else ρ is 1 (gaea §2, §5). */
export const simplex: Relaxation = {
  name: "simplex",
  title: "the mixing weights themselves as parameters, on the simplex of each edge",
  source: "Li et al., ICLR 2021, section 3",
  domain: "simplex",
  settings,
  create(context, values) {
    const uniform = (cell: CellTemplate): Tensor => equalShares(matrixShape(cell), matrixShape(cell)[1]);
    const theta = edgeParameters(context, uniform);
    if (!settings.parse(values).edgeWeights) return { ...theta, weights: () => theta.stacked() };
    return withEdgeWeights(context, theta);
  },
};

const equalShares = (shape: readonly number[], count: number): Tensor => full(shape, 1 / count, { dtype: "float32" });

function withEdgeWeights(
  { space, device }: RelaxationContext,
  theta: ReturnType<typeof edgeParameters>,
): ArchitectureParameters {
  const rho = space.cells.flatMap((cell) =>
    computedNodes(cell).map((node): ArchitectureParameter & { readonly node: number } => {
      const edges = incomingEdges(cell, node);
      const tensor = noGrad(() =>
        scope(() => detachFromScope(to(equalShares([edges.length], edges.length), { device }))),
      );
      return { name: `${cell.name}/into ${node}`, cell: cell.name, edges, entries: "edges", tensor, node };
    }),
  );
  /** ρ of every edge of a cell, in the order of its edges. */
  const edgeWeights = (cell: CellTemplate): Tensor =>
    stack(
      cell.edges.map((_, e) => {
        const own = rho.find((one) => one.cell === cell.name && one.edges.includes(e)) as (typeof rho)[number];
        return select(own.tensor, 0, own.edges.indexOf(e));
      }),
    );
  return {
    parameters: [...theta.parameters, ...rho],
    redraw(random) {
      theta.redraw(random);
      noGrad(() =>
        scope(() => rho.map(({ tensor, edges }) => copy_(tensor, equalShares([edges.length], edges.length)))),
      );
    },
    weights: () =>
      theta.stacked().map((rows, i) => mul(rows, unsqueeze(edgeWeights(space.cells[i] as CellTemplate), 1))),
    bypass: () => space.cells.map(edgeWeights),
    [Symbol.dispose](): void {
      theta[Symbol.dispose]();
      for (const { tensor } of rho) tensor.dispose();
    },
  };
}
