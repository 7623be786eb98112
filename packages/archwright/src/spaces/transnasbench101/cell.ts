/** The cell of TransNAS-Bench-101's micro space (space-transnasbench101 §1.2, §2). */
import type { GraphBuilder, Value } from "../graph/builder.ts";
import { factorizedReduce } from "../graph/factorized-reduce.ts";
import { leastBy } from "../isomorphism/relabeling.ts";
import type { BlockPlace } from "./network.ts";

/** Operations by digit. */
export const microOperations = ["none", "skip_connect", "conv1x1", "conv3x3"] as const;

/** Digits of the edges 0→1, 0→2, 1→2, 0→3, 1→3, 2→3. */
export type MicroCell = readonly number[];

const NODES = 4;

/** Nodes 1 and 2 can change places where no edge joins them: the lesser of the two cells. */
export function canonicalMicro(cell: MicroCell): MicroCell {
  const [a, b, c, d, e, f] = cell as [number, number, number, number, number, number];
  if (c !== 0) return cell;
  return leastBy([cell, [b, a, 0, d, f, e]], (candidate) => candidate.join(""));
}

/** Edges that leave node 0 carry the stride and the change of channels; the output is the last node. */
export const microCell =
  (cell: MicroCell) =>
  (build: GraphBuilder, x: Value, { channels, stride }: BlockPlace): Value => {
    const nodes: Value[] = [x];
    let edge = 0;
    for (let node = 1; node < NODES; node++) {
      const terms: Value[] = [];
      for (let source = 0; source < node; source++, edge++) {
        const place: BlockPlace = { channels, stride: source === 0 ? stride : 1 };
        const term = addOperation(build, nodes[source] as Value, cell[edge] as number, place);
        if (term !== undefined) terms.push(term);
      }
      nodes.push(terms.length === 0 ? build.zero(x, channels, stride) : build.sum(terms));
    }
    return nodes.at(-1) as Value;
  };

/** Undefined for an edge that contributes zeros. */
function addOperation(
  build: GraphBuilder,
  x: Value,
  digit: number,
  { channels, stride }: BlockPlace,
): Value | undefined {
  switch (digit) {
    case 0:
      return undefined;
    case 1:
      return stride === 1 && channels === x.channels ? x : factorizedReduce(build, build.relu(x), channels, stride);
    default:
      return build.reluConvNorm(x, channels, digit === 2 ? 1 : 3, { stride });
  }
}
