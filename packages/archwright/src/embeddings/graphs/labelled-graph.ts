/** Labelled directed acyclic graphs, as the autoencoder sees architectures (svge §2). */
import { ArchwrightError } from "../../errors.ts";

/** The label of the last node; with it a graph that is generated from its input ends. */
export const OUTPUT = 0;
/** The label of the first node. Further ones, from 2, are operations. */
export const INPUT = 1;

/** Nodes stand in topological order: the first is the input, the last the output. */
export interface LabelledGraph {
  readonly labels: readonly number[];
  /** Of each node, the earlier ones that it reads, ascending. */
  readonly sources: readonly (readonly number[])[];
}

export const edgeCount = ({ sources }: LabelledGraph): number => sources.reduce((sum, { length }) => sum + length, 0);

/** Equal for the same labels and edges at the same places, and only then. */
export const graphKey = ({ labels, sources }: LabelledGraph): string => `${labels.join(",")}|${sources.join(";")}`;

/** Every edge turned round, and the nodes in the opposite order (svge §2.4). It is its own inverse. */
export function reversed({ labels, sources }: LabelledGraph): LabelledGraph {
  const last = labels.length - 1;
  const turned: number[][] = labels.map(() => []);
  for (let target = last; target >= 0; target--) {
    for (const source of sources[target] as readonly number[]) (turned[last - source] as number[]).push(last - target);
  }
  return { labels: labels.toReversed(), sources: turned };
}

/** What keeps a graph from being one input, one output, and nodes that lie between them; undefined if nothing does. */
export function graphProblem({ labels, sources }: LabelledGraph): string | undefined {
  const count = labels.length;
  if (count < 2) return `it has ${count === 1 ? "1 node" : `${count} nodes`}, there must be an input and an output`;
  for (const [label, name, place] of [[INPUT, "input", 0] as const, [OUTPUT, "output", count - 1] as const]) {
    const found = labels.filter((one) => one === label).length;
    if (found !== 1) return `it has ${found} ${name}s, there must be one`;
    if (labels[place] !== label) return `the ${name} is not its ${place === 0 ? "first" : "last"} node`;
  }
  const read = new Set(sources.flat());
  for (const [node, own] of sources.entries()) {
    const wrong = own.find((source) => source >= node);
    if (wrong !== undefined)
      return `the edge ${wrong}→${node} leads back: its edges are no acyclic graph in this order`;
    if (node > 0 && own.length === 0) return `node ${node} reads nothing`;
    if (node < count - 1 && !read.has(node)) return `nothing reads node ${node}`;
  }
  return undefined;
}

/** Throws `ArchwrightError("architecture")` for a graph that is none of a space. */
export function notAGraph(space: string, problem: string): ArchwrightError {
  return new ArchwrightError("architecture", `not a graph of ${space}: ${problem}`, { details: { space, problem } });
}
