/** Helpers to describe the cells of a space. */
import type { CellTemplate, Edge } from "./space.ts";

/** All edges i→j with i < j that end in a node which is no input: node by node, sources ascending. */
export function completeDag(inputs: number, nodes: number): Edge[] {
  const edges: Edge[] = [];
  for (let target = inputs; target < nodes; target++) {
    for (let source = 0; source < target; source++) edges.push({ source, target });
  }
  return edges;
}

export interface CellOptions {
  /** Nodes whose value comes from outside. @default 1 */
  readonly inputs?: 1 | 2;
  /** All nodes, inputs included. */
  readonly nodes: number;
  /** @default every edge i→j with i < j */
  readonly edges?: readonly Edge[];
  /** Candidate operations: one list for all edges, or one list for each edge. */
  readonly operations: readonly string[] | readonly (readonly string[])[];
  /** @default "last" */
  readonly output?: "last" | "concat";
}

/**
 * A cell template.
 * @example cell("cell", { nodes: 4, operations: ["none", "skip_connect", "nor_conv_3x3"] })
 */
export function cell(name: string, options: CellOptions): CellTemplate {
  const { inputs = 1, nodes, edges = completeDag(inputs, nodes), operations, output = "last" } = options;
  const perEdge = operations.every((entry) => typeof entry !== "string");
  return {
    name,
    inputs,
    nodes,
    edges,
    operations: perEdge
      ? (operations as readonly (readonly string[])[])
      : edges.map(() => operations as readonly string[]),
    output,
  };
}

/** The template's incoming edges of `node`, as indices into `template.edges`. */
export function incomingEdges(template: CellTemplate, node: number): number[] {
  return template.edges.flatMap((edge, index) => (edge.target === node ? [index] : []));
}

/** Nodes that are no inputs: the ones that a cell computes. */
export function computedNodes(template: CellTemplate): number[] {
  return Array.from({ length: template.nodes - template.inputs }, (_, i) => template.inputs + i);
}

/** How many of a node's `incoming` edges an architecture keeps. */
export function keptEdges(inDegree: "all" | number, incoming: number): number {
  return inDegree === "all" ? incoming : Math.min(inDegree, incoming);
}

/** Nodes whose values make the output of a decided cell, in the order in which they are concatenated. */
export function outputNodes(template: CellTemplate, concat?: readonly number[]): readonly number[] {
  return template.output === "last" ? [template.nodes - 1] : (concat ?? computedNodes(template));
}
