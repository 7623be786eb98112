/** NAS-Bench-101 cells as graphs: their vertices are the nodes (svge §2.1). */

import {
  MOST_EDGES,
  MOST_VERTICES,
  type Nasbench101Cell,
  type Nasbench101Operation,
  sourcesOf,
} from "../../spaces/nasbench101/cell.ts";
import { nasbench101 } from "../../spaces/nasbench101.ts";
import type { GraphCodec } from "./codec.ts";
import { edgeCount, graphProblem, INPUT, notAGraph, OUTPUT } from "./labelled-graph.ts";

const operations: readonly Nasbench101Operation[] = ["conv1x1-bn-relu", "conv3x3-bn-relu", "maxpool3x3"];

export const nasbench101Graphs: GraphCodec<Nasbench101Cell> = {
  space: nasbench101,
  labels: ["output", "input", ...operations],
  mostNodes: MOST_VERTICES,
  toGraph: (cell) => ({
    labels: [INPUT, ...cell.operations.map((operation) => 2 + operations.indexOf(operation)), OUTPUT],
    sources: cell.matrix.map((_, v) => sourcesOf(cell, v)),
  }),
  toArchitecture: (graph) => {
    const problem = graphProblem(graph);
    if (problem !== undefined) throw notAGraph(nasbench101.name, problem);
    const { labels, sources } = graph;
    const edges = edgeCount(graph);
    if (labels.length > MOST_VERTICES) {
      throw notAGraph(nasbench101.name, `it has ${labels.length} nodes, at most ${MOST_VERTICES} are allowed`);
    }
    if (edges > MOST_EDGES) {
      throw notAGraph(nasbench101.name, `it has ${edges} edges, at most ${MOST_EDGES} are allowed`);
    }
    return {
      matrix: labels.map((_, u) => sources.map((own) => (own.includes(u) ? 1 : 0))),
      operations: labels.slice(1, -1).map((label) => operations[label - 2] as Nasbench101Operation),
    };
  },
};
