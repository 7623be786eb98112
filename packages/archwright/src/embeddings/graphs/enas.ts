/** ENAS macro architectures as graphs: layers are the nodes, behind an input and before an output (svge §2.2, space-enas §1). */
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { type EnasMacro, enasOperations } from "../../spaces/enas/macro.ts";
import type { GraphCodec } from "./codec.ts";
import { graphProblem, INPUT, notAGraph, OUTPUT } from "./labelled-graph.ts";

/** Node i + 1 is layer i. It reads node i, and the earlier ones that it has skips from; the output reads the last layer. */
export function enasGraphs(space: ArchitectureSpace<EnasMacro>, layers: number): GraphCodec<EnasMacro> {
  return {
    space,
    labels: ["output", "input", ...enasOperations],
    mostNodes: layers + 2,
    toGraph: (architecture) => ({
      labels: [INPUT, ...architecture.map(({ operation }) => operation + 2), OUTPUT],
      sources: [
        [],
        ...architecture.map(({ skips }, i) => [...skips.flatMap((skip, j) => (skip === 1 ? [j] : [])), i]),
        [architecture.length],
      ],
    }),
    toArchitecture: (graph) => {
      const { labels, sources } = graph;
      const problem = graphProblem(graph) ?? chainProblem(sources, layers);
      if (problem !== undefined) throw notAGraph(space.name, problem);
      return labels.slice(1, -1).map((label, i) => ({
        operation: label - 2,
        skips: Array.from({ length: i }, (_, j) => (sources[i + 1]?.includes(j) ? 1 : 0)),
      }));
    },
  };
}

function chainProblem(sources: readonly (readonly number[])[], layers: number): string | undefined {
  if (sources.length !== layers + 2) return `it has ${sources.length} nodes, there must be ${layers + 2}`;
  const gap = sources.findIndex((own, node) => node > 0 && !own.includes(node - 1));
  if (gap > 0) return `the edge ${gap - 1}→${gap} is missing: every layer reads the one before it`;
  const last = sources.at(-1) as readonly number[];
  return last.length === 1 ? undefined : `its output reads ${last.length} nodes instead of the last layer`;
}
