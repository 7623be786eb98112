/** One proposal: from an undecided supernet to an architecture, one decision for each cell at a time. */
import type { CellMixture, Mixture } from "../../networks/mixture.ts";
import type { Random } from "../../random.ts";
import {
  type CellDecisions,
  decidedGenotype,
  decidedMixture,
  onlyOperation,
  undecided,
  undecidedEdges,
  withoutEdge,
  withoutOperation,
} from "../../search/decisions.ts";
import type { SearchEvent } from "../../search/events.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { Architecture, CellTemplate, Space } from "../../spaces/space.ts";
import { type Best, bestIndex } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { bestEdge, comparesEdges, type EdgeOrder, type EdgeScores, nextEdge, rankEdges } from "./edge-order.ts";

/** S of the supernet with each mixture, all on the same minibatch; larger is the better network. */
export type Evaluate = (mixtures: readonly Mixture[]) => number[];

export interface ProposalRules {
  /** `perturb`: keep the operation whose removal lowers the score most; `discretize`: the one that alone scores best. */
  readonly rule: "perturb" | "discretize";
  readonly order: EdgeOrder;
  /** The released code's reverse order in place of the `-once` orders. */
  readonly releasedOnce: boolean;
  /** Whether edges that were dropped from a node are out of the supernet while the next ones are scored. */
  readonly topology: "cumulative" | "single";
}

/** Plain JSON, part of the checkpoint. */
export interface ProposalState {
  readonly index: number;
  /** Decisions made so far in each cell. */
  step: number;
  readonly cells: Record<string, CellDecisions>;
  /** Nodes of each cell that the topology step has yet to prune. */
  readonly nodes: Record<string, number[]>;
  /** Edges still to be decided under a `-once` order, next one first. */
  readonly queues: Record<string, number[]>;
}

export function newProposal(space: Space, index: number): ProposalState {
  const { cells, inDegree } = space;
  const crowded = (cell: CellTemplate): number[] =>
    Array.from({ length: cell.nodes }, (_, node) => node).filter((node) => {
      const incoming = incomingEdges(cell, node).length;
      return incoming > keptEdges(inDegree, incoming);
    });
  return {
    index,
    step: 0,
    cells: Object.fromEntries(cells.map((cell) => [cell.name, undecided(cell)])),
    nodes: Object.fromEntries(cells.map((cell) => [cell.name, crowded(cell)])),
    queues: {},
  };
}

/** Steps of a whole proposal: one for each edge, then one for each node that is to be pruned. */
export function proposalSteps(space: Space): number {
  const { nodes } = newProposal(space, 0);
  return Math.max(...space.cells.map((cell) => cell.edges.length + (nodes[cell.name] as number[]).length));
}

/**
 * Advances `state` by one step: every cell in turn makes one decision on the same minibatch, and already sees the decisions
 * of the cells before it (zero-cost-pt §5). `base`: the mixture of undecided edges.
 */
export function proposalStep(
  space: Space,
  state: ProposalState,
  base: Mixture,
  rules: ProposalRules,
  evaluate: Evaluate,
  random: Random,
): SearchEvent[] {
  const events = space.cells.flatMap((cell): SearchEvent[] => {
    const decisions = state.cells[cell.name] as CellDecisions;
    const score = scoreCell(space, state, base, cell, evaluate);
    if (undecidedEdges(decisions).length > 0) return [decideOperation(space, state, cell, rules, score, random)];
    const nodes = state.nodes[cell.name] as number[];
    return nodes.length > 0 ? [decideTopology(space, state, cell, rules, score, random)] : [];
  });
  state.step++;
  return events;
}

export function proposalFinished(space: Space, state: ProposalState): boolean {
  return space.cells.every(
    (cell) =>
      undecidedEdges(state.cells[cell.name] as CellDecisions).length === 0 &&
      (state.nodes[cell.name] as number[]).length === 0,
  );
}

export function proposedArchitecture(space: Space, state: ProposalState): Architecture {
  return Object.fromEntries(
    space.cells.map((cell) => [cell.name, decidedGenotype(cell, state.cells[cell.name] as CellDecisions)]),
  );
}

/** Scores variants of one cell, the others as they are decided now. */
type ScoreCell = (variants: (current: CellMixture) => readonly CellMixture[]) => number[];

function scoreCell(
  space: Space,
  state: ProposalState,
  base: Mixture,
  cell: CellTemplate,
  evaluate: Evaluate,
): ScoreCell {
  return (variants) => {
    const current = Object.fromEntries(
      space.cells.map(({ name }) => [
        name,
        decidedMixture(base[name] as CellMixture, state.cells[name] as CellDecisions),
      ]),
    );
    return evaluate(
      variants(current[cell.name] as CellMixture).map((variant) => ({ ...current, [cell.name]: variant })),
    );
  };
}

function decideOperation(
  space: Space,
  state: ProposalState,
  cell: CellTemplate,
  rules: ProposalRules,
  score: ScoreCell,
  random: Random,
): SearchEvent {
  const decisions = state.cells[cell.name] as CellDecisions;
  const { order, rule } = rules;
  const best: Best = rule === "perturb" ? "min" : "max";
  const candidates = (edge: number): number[] => allowed(space, cell, edge);
  const compare = (edges: readonly number[]): EdgeScores => {
    const variant = rule === "perturb" ? withoutOperation : onlyOperation;
    const flat = score((current) => edges.flatMap((e) => candidates(e).map((o) => variant(current, e, o))));
    return { edges, scores: edges.map((e) => flat.splice(0, candidates(e).length)) };
  };

  let compared: EdgeScores;
  let edge: number;
  if (comparesEdges(order) === "never") {
    edge = nextEdge(order, undecidedEdges(decisions), random);
    compared = compare([edge]);
  } else if (comparesEdges(order) === "always") {
    compared = compare(undecidedEdges(decisions));
    edge = bestEdge(order, compared, best);
  } else {
    const queue = state.queues[cell.name];
    compared = compare(queue === undefined ? undecidedEdges(decisions) : queue.slice(0, 1));
    const remaining = queue ?? rankEdges(order, compared, best, rules.releasedOnce);
    edge = remaining[0] as number;
    state.queues[cell.name] = remaining.slice(1);
  }

  const row = compared.scores[compared.edges.indexOf(edge)] as readonly number[];
  const chosen = candidates(edge)[bestIndex(row, best)] as number;
  decisions.chosen[edge] = chosen;
  const names = (e: number): string[] => candidates(e).map((o) => cell.operations[e]?.[o] as string);
  return {
    type: "operation-decision",
    proposal: state.index,
    step: state.step,
    cell: cell.name,
    edges: compared.edges,
    operations: compared.edges.map(names),
    scores: compared.scores.map((scores) => scores.map(toScore)),
    best,
    edge,
    operation: cell.operations[edge]?.[chosen] as string,
  };
}

/** Columns that an architecture may contain: the space's excluded operations stay in the mixture but are no choice. */
function allowed({ excluded }: Space, cell: CellTemplate, edge: number): number[] {
  return (cell.operations[edge] ?? []).flatMap((operation, o) => (excluded.includes(operation) ? [] : [o]));
}

/** Drops the incoming edges of a node whose removal hurts least, until the in-degree is reached (zero-cost-pt §5). */
function decideTopology(
  space: Space,
  state: ProposalState,
  cell: CellTemplate,
  rules: ProposalRules,
  score: ScoreCell,
  random: Random,
): SearchEvent {
  const decisions = state.cells[cell.name] as CellDecisions;
  const nodes = state.nodes[cell.name] as number[];
  const node = nextEdge(rules.order, nodes, random);
  nodes.splice(nodes.indexOf(node), 1);

  const edges = incomingEdges(cell, node);
  const keep = [...edges];
  const rounds: number[][] = [];
  while (keep.length > keptEdges(space.inDegree, edges.length)) {
    // `single` scores from the whole node every time, so its scores stay the same: one round serves for all.
    const known = rules.topology === "single" ? rounds[0] : undefined;
    const scores =
      known ??
      spread(
        edges,
        keep,
        score((current) => keep.map((edge) => withoutEdge(current, edge))),
      );
    if (known === undefined) rounds.push(scores);
    const dropped = leastHarmful(keep, (edge) => scores[edges.indexOf(edge)] as number);
    keep.splice(keep.indexOf(dropped), 1);
    if (rules.topology === "cumulative") decisions.dropped[dropped] = true;
  }
  for (const edge of edges) decisions.dropped[edge] = !keep.includes(edge);
  return {
    type: "topology-decision",
    proposal: state.index,
    step: state.step,
    cell: cell.name,
    node,
    edges,
    scores: rounds.map((round) => round.map(toScore)),
    kept: keep,
  };
}

/** Scores by position in `edges`; NaN for those that are gone already. */
function spread(edges: readonly number[], keep: readonly number[], scores: readonly number[]): number[] {
  return edges.map((edge) => (keep.includes(edge) ? (scores[keep.indexOf(edge)] as number) : Number.NaN));
}

/** The edge with the largest removal score; the last wins a tie. A removal that gives NaN proves nothing and is kept. */
function leastHarmful(edges: readonly number[], scoreOf: (edge: number) => number): number {
  const reversed = [...edges].reverse();
  return reversed[bestIndex(reversed.map(scoreOf), "max")] as number;
}
