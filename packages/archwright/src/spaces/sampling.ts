/** The size of a space, its architectures in order, and uniform random ones. */
import type { Random } from "../random.ts";
import type { SpaceRules } from "./architecture.ts";
import { computedNodes, incomingEdges, keptEdges } from "./cells.ts";
import type { Architecture, CellTemplate, Choice } from "./space.ts";

/** Distinct architectures: the product of {@link cellCount} over the cells (space-darts §11). */
export function spaceSize(rules: SpaceRules): bigint {
  return rules.cells.reduce((size, template) => size * cellCount(rules, template), 1n);
}

/** Distinct decided cells: for each node, the sets of edges it can keep times the operations on them. */
export function cellCount(rules: SpaceRules, template: CellTemplate): bigint {
  return computedNodes(template).reduce((count, node) => {
    const sets = keptSets(rules, template, node);
    return count * sets.reduce((sum, edges) => sum + operationCount(rules, template, edges), 0n);
  }, 1n);
}

/** An architecture drawn uniformly: every one of {@link spaceSize} is equally likely. */
export function randomArchitecture(rules: SpaceRules, random: Random): Architecture {
  const cells = rules.cells.map((template) => {
    const choices = computedNodes(template).flatMap((node) => {
      const sets = keptSets(rules, template, node);
      const edges = pickWeighted(sets, (set) => operationCount(rules, template, set), random);
      return edges.map((e) => choice(template, e, random.pick(allowedOperations(rules, template, e))));
    });
    return [template.name, { choices }] as const;
  });
  return Object.fromEntries(cells);
}

/**
 * Every architecture once, as nested products: the first cell's first node outermost, the last edge's operation
 * fastest. NAS-Bench-201's come in the order of the benchmark before its shuffle (space-nasbench201 §3).
 */
export function* enumerateArchitectures(rules: SpaceRules, cell = 0): Generator<Architecture> {
  const template = rules.cells[cell];
  if (template === undefined) {
    yield {};
    return;
  }
  for (const choices of cellChoices(rules, template, computedNodes(template))) {
    for (const rest of enumerateArchitectures(rules, cell + 1)) yield { [template.name]: { choices }, ...rest };
  }
}

function* cellChoices(rules: SpaceRules, template: CellTemplate, nodes: readonly number[]): Generator<Choice[]> {
  const [node, ...later] = nodes;
  if (node === undefined) {
    yield [];
    return;
  }
  for (const edges of keptSets(rules, template, node)) {
    for (const own of edgeChoices(rules, template, edges)) {
      for (const rest of cellChoices(rules, template, later)) yield [...own, ...rest];
    }
  }
}

function* edgeChoices(rules: SpaceRules, template: CellTemplate, edges: readonly number[]): Generator<Choice[]> {
  const [e, ...later] = edges;
  if (e === undefined) {
    yield [];
    return;
  }
  for (const operation of allowedOperations(rules, template, e)) {
    for (const rest of edgeChoices(rules, template, later)) yield [choice(template, e, operation), ...rest];
  }
}

function choice(template: CellTemplate, e: number, operation: string): Choice {
  const { source, target } = template.edges[e] as Choice;
  return { source, target, operation };
}

/** The operations that an architecture may have on an edge. */
export function allowedOperations(rules: SpaceRules, template: CellTemplate, e: number): readonly string[] {
  return (template.operations[e] as readonly string[]).filter((operation) => !rules.excluded.includes(operation));
}

function operationCount(rules: SpaceRules, template: CellTemplate, edges: readonly number[]): bigint {
  return edges.reduce((product, e) => product * BigInt(allowedOperations(rules, template, e).length), 1n);
}

/** Every set of incoming edges that the node can keep. */
function keptSets(rules: SpaceRules, template: CellTemplate, node: number): number[][] {
  const incoming = incomingEdges(template, node);
  return subsets(incoming, keptEdges(rules.inDegree, incoming.length));
}

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

/** One item, with a probability in proportion to its weight. */
function pickWeighted<T>(items: readonly T[], weight: (item: T) => bigint, random: Random): T {
  const weights = items.map(weight);
  // Sets of as many edges have as many operations unless only some edges exclude one, so this is the usual way.
  if (weights.every((w) => w === weights[0])) return random.pick(items);
  let draw = random.integer(Number(weights.reduce((sum, w) => sum + w, 0n)));
  const index = weights.findIndex((w) => {
    draw -= Number(w);
    return draw < 0;
  });
  return items[index] as T;
}
