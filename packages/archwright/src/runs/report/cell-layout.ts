/** Where the nodes, edges and labels of a decided cell are drawn: layers from left to right, laid out by dagre. */
import { Graph, layout } from "@dagrejs/dagre";
import type { CellGenotype, CellTemplate } from "../../spaces/space.ts";
import { type NodeName, nodeName, outputNode, plainNodeName } from "./node-names.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box; `x` and `y` are its centre. All lengths are pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly name: NodeName;
  readonly role: "input" | "intermediate" | "output";
}

export interface PlacedEdge {
  /** Absent on the edges that concatenate nodes into the output. */
  readonly operation?: string;
  readonly label?: Box;
  /**
   * The line, from left to right: flat stretches `[0]-[1]`, `[2]-[3]`, ... across the columns of boxes and labels, joined
   * by bends in the gaps between columns. So no line runs through a box or a label that is not its own.
   */
  readonly points: readonly Point[];
}

export interface CellLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Advance of one character of the labels' monospaced font, 11.5 px: 0.602 em in the widest of the usual ones. */
const labelAdvance = 11.5 * 0.602;
const labelHeight = 20;
const labelPadding = 8;
const nodeHeight = 34;
/** Distance of two lines at the side of a box, and the tip of an arrow. */
const portDistance = 11;
/** Length of an arrow's tip, whose stretch of the line is flat. */
export const tipLength = 8;
const margin = 12;

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly operation?: string;
}

/** Lays a decided cell out. Nodes no edge reaches are placed too: they are part of the cell. */
export function layoutCell(template: CellTemplate, genotype: CellGenotype): CellLayout {
  const drawn: Drawn[] = genotype.choices.map((choice) => ({
    source: String(choice.source),
    target: String(choice.target),
    operation: choice.operation,
  }));
  const nodes = Array.from({ length: template.nodes }, (_, node) => node);
  if (template.output === "concat") {
    const concat = genotype.concat ?? nodes.slice(template.inputs);
    for (const node of concat) drawn.push({ source: String(node), target: outputNode });
  }

  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 16, edgesep: 14, ranksep: 100, marginx: margin, marginy: margin });
  const places: (number | typeof outputNode)[] = template.output === "concat" ? [...nodes, outputNode] : nodes;
  for (const node of places) {
    const id = String(node);
    const incoming = drawn.filter((edge) => edge.target === id).length;
    const outgoing = drawn.filter((edge) => edge.source === id).length;
    const ports = Math.max(incoming, outgoing, 1);
    const label = plainNodeName(nodeName(template, node));
    graph.setNode(id, {
      width: label.length > 1 ? 50 : 34,
      height: Math.max(nodeHeight, (ports - 1) * portDistance + 18),
    });
  }
  for (const [i, edge] of drawn.entries()) {
    const size =
      edge.operation === undefined
        ? { width: 0, height: 0 }
        : { width: edge.operation.length * labelAdvance + 2 * labelPadding, height: labelHeight };
    graph.setEdge(edge.source, edge.target, { ...size, labelpos: "c" }, String(i));
  }
  layout(graph, template.inputs === 2 ? { constraints: [{ left: "0", right: "1" }] } : {});

  const bends = drawn.map((edge, i) => graph.edge(edge.source, edge.target, String(i)).points.slice(1, -1) as Point[]);
  const placedNodes = places.map((node): PlacedNode => {
    const { x, y, width, height } = graph.node(String(node)) as Box;
    const name = nodeName(template, node);
    const isInput = node !== outputNode && node < template.inputs;
    const isOutput = node === outputNode || (template.output === "last" && node === template.nodes - 1);
    return { x, y, width, height, name, role: isInput ? "input" : isOutput ? "output" : "intermediate" };
  });
  const columns = columnWidths([
    ...placedNodes,
    ...drawn.map((e, i) => graph.edge(e.source, e.target, String(i)) as Box),
  ]);
  const boxes = new Map(places.map((node, i) => [String(node), placedNodes[i] as PlacedNode]));
  const edges = drawn.map((edge, i): PlacedEdge => {
    const placed = graph.edge(edge.source, edge.target, String(i));
    const source = boxes.get(edge.source) as Box;
    const target = boxes.get(edge.target) as Box;
    const [sourceY, targetY] = [source.y + port(drawn, bends, i, "source"), target.y + port(drawn, bends, i, "target")];
    const points = [
      { x: source.x + source.width / 2, y: sourceY },
      { x: source.x + columnHalf(columns, source.x), y: sourceY },
      ...(bends[i] as Point[]).flatMap(({ x, y }) => {
        const half = columnHalf(columns, x);
        return half === 0
          ? []
          : [
              { x: x - half, y },
              { x: x + half, y },
            ];
      }),
      { x: target.x - columnHalf(columns, target.x) - tipLength, y: targetY },
      { x: target.x - target.width / 2, y: targetY },
    ];
    if (edge.operation === undefined) return { points };
    const { x, y, width, height } = placed as Box;
    return { operation: edge.operation, label: { x, y, width, height }, points };
  });
  const { width, height } = graph.graph() as { width: number; height: number };
  return { width, height, nodes: placedNodes, edges };
}

/** Half the width of the widest box in each column, by the column's middle (dagre centres a layer's boxes on one). */
function columnWidths(boxes: readonly Partial<Box>[]): Map<number, number> {
  const columns = new Map<number, number>();
  for (const { x, width } of boxes) {
    if (x === undefined || width === undefined) continue;
    columns.set(Math.round(x), Math.max(columnHalf(columns, x), width / 2));
  }
  return columns;
}

const columnHalf = (columns: ReadonlyMap<number, number>, x: number): number => columns.get(Math.round(x)) ?? 0;

/** Offset of an edge's port from the middle of the box's side: the edges at one side in the order of their next bends. */
function port(drawn: readonly Drawn[], bends: readonly Point[][], edge: number, end: "source" | "target"): number {
  const node = (drawn[edge] as Drawn)[end];
  const bendAtBox = (i: number): number => (bends[i] as Point[]).at(end === "source" ? 0 : -1)?.y ?? 0;
  const beside = drawn.flatMap((other, i) => (other[end] === node ? [i] : []));
  beside.sort((a, b) => bendAtBox(a) - bendAtBox(b) || a - b);
  return (beside.indexOf(edge) - (beside.length - 1) / 2) * portDistance;
}
