/** NAS-Bench-201 cells as graphs: their six edges are the nodes, of which the operations are (svge §2.3). */
import { cellArchitectures } from "../../spaces/architecture-space.ts";
import { nasbench201 } from "../../spaces/nasbench201.ts";
import type { Architecture, CellGenotype, CellTemplate } from "../../spaces/space.ts";
import type { GraphCodec } from "./codec.ts";
import { graphProblem, INPUT, notAGraph, OUTPUT } from "./labelled-graph.ts";

const operations = ["nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "skip_connect", "none"] as const;

/** Of every graph: what an edge of the cell reads are the edges that end where it begins. */
const sources = [[], [0], [0], [1], [0], [1], [2, 3], [4, 5, 6]] as const;

const space = cellArchitectures(nasbench201);
const [template] = nasbench201.cells as readonly [CellTemplate];

export const nasbench201Graphs: GraphCodec<Architecture> = {
  space,
  labels: ["output", "input", ...operations],
  mostNodes: sources.length,
  toGraph: (architecture) => {
    const { choices } = architecture[template.name] as CellGenotype;
    const chosen = template.edges.map(({ source, target }) => {
      const choice = choices.find((one) => one.source === source && one.target === target);
      return 2 + operations.indexOf(choice?.operation as (typeof operations)[number]);
    });
    return { labels: [INPUT, ...chosen, OUTPUT], sources };
  },
  toArchitecture: (graph) => {
    const problem = graphProblem(graph);
    if (problem !== undefined) throw notAGraph(space.name, problem);
    const { labels } = graph;
    const same = sources.every((own, node) => own.join() === graph.sources[node]?.join());
    if (labels.length !== sources.length || !same) {
      throw notAGraph(space.name, "its edges are not those of the cell's six edges");
    }
    const choices = template.edges.map((edge, e) => ({
      ...edge,
      operation: operations[(labels[e + 1] as number) - 2],
    }));
    return { [template.name]: { choices } } as Architecture;
  },
  releasedValidity: (graph) => graphProblem(graph) === undefined,
};
