/** Several graphs as tensors. */
import { contiguous, narrow, scope, sumDim, type Tensor, tensor, transpose, unsqueeze } from "@archwright/torch";
import type { LabelledGraph } from "./labelled-graph.ts";

/** Edges among nodes, for messages in both directions. */
export interface Edges {
  /** [graphs, nodes, nodes]: 1 at (g, v, u) for an edge u→v. */
  readonly incoming: Tensor;
  /** Its transpose: 1 at (g, u, v). */
  readonly outgoing: Tensor;
  /** [graphs, nodes, 1]: how many edges end in a node. */
  readonly inDegree: Tensor;
  /** [graphs, nodes, 1]: how many edges leave it. */
  readonly outDegree: Tensor;
}

/** Graphs of at most `nodes` nodes; nodes beyond a graph's own have label 0 and no edges. */
export interface GraphBatch {
  readonly graphs: number;
  readonly nodes: number;
  /** [graphs, nodes], int64. */
  readonly labels: Tensor;
  /** [graphs, nodes, nodes]: 1 at (g, v, u) for an edge u→v. */
  readonly incoming: Tensor;
  /** [graphs, nodes]: 1 for a graph's own nodes. */
  readonly mask: Tensor;
}

/** `nodes`: at least as many as the largest graph has. */
export function graphBatch(graphs: readonly LabelledGraph[], nodes: number): GraphBatch {
  const count = graphs.length;
  const labels = new BigInt64Array(count * nodes);
  const mask = new Float32Array(count * nodes);
  const incoming = new Float32Array(count * nodes * nodes);
  for (const [g, graph] of graphs.entries()) {
    if (graph.labels.length > nodes) throw new RangeError(`a graph of ${graph.labels.length} nodes among ${nodes}`);
    for (const [v, label] of graph.labels.entries()) {
      labels[g * nodes + v] = BigInt(label);
      mask[g * nodes + v] = 1;
      for (const u of graph.sources[v] as readonly number[]) incoming[(g * nodes + v) * nodes + u] = 1;
    }
  }
  return {
    graphs: count,
    nodes,
    labels: tensor(labels, [count, nodes]),
    incoming: tensor(incoming, [count, nodes, nodes]),
    mask: tensor(mask, [count, nodes]),
  };
}

/** The edges among the first `nodes` nodes of graphs given by their incoming edges. */
export function edgesAmong(incoming: Tensor, nodes: number): Edges {
  return scope(() => {
    const square = contiguous(narrow(narrow(incoming, 1, 0, nodes), 2, 0, nodes));
    const outgoing = contiguous(transpose(square, 1, 2));
    const degrees = (edges: Tensor): Tensor => unsqueeze(sumDim(edges, [2]), 2);
    return { incoming: square, outgoing, inDegree: degrees(square), outDegree: degrees(outgoing) };
  });
}
