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
  withoutOperation,
} from "../../search/decisions.ts";
import type { SearchEvent } from "../../search/events.ts";
import { allowedOperations } from "../../search/magnitude-rule.ts";
import { operationTieBreakers } from "../../search/tie-breakers.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { Architecture, CellTemplate, Space } from "../../spaces/space.ts";
import { type Best, chooseOne, type Tie } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { bestEdge, comparesEdges, type EdgeScores, nextEdge, rankEdges } from "./edge-order.ts";
import { decideTopology } from "./topology.ts";
import {
  type Evaluate,
  type ProposalRules,
  type ProposalState,
  type ScoreCell,
  type Scored,
  skippedIn,
  type Turn,
} from "./turn.ts";

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
    const turn: Turn = { space, state, cell, decisions, base: base[cell.name] as CellMixture, rules, score, random };
    if (undecidedEdges(decisions).length > 0) return [decideOperation(turn)];
    return (state.nodes[cell.name] as number[]).length > 0 ? [decideTopology(turn)] : [];
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

function decideOperation({ space, state, cell, decisions, base, rules, score, random }: Turn): SearchEvent {
  const { order, rule } = rules;
  const best: Best = rule === "perturb" ? "min" : "max";
  const candidates = (edge: number): number[] => allowedOperations(space, cell, edge);
  const compare = (edges: readonly number[]): EdgeScores & Pick<Scored, "skipped"> => {
    const variant = rule === "perturb" ? withoutOperation : onlyOperation;
    const { scores, skipped } = score((now) => edges.flatMap((e) => candidates(e).map((o) => variant(now, e, o))));
    const rest = [...scores];
    return { edges, scores: edges.map((e) => rest.splice(0, candidates(e).length)), skipped };
  };

  let compared: ReturnType<typeof compare>;
  let edge: number;
  let edgeTie: { readonly edgeTie?: Tie } = {};
  if (comparesEdges(order) === "never") {
    edge = nextEdge(order, undecidedEdges(decisions), random);
    compared = compare([edge]);
  } else if (comparesEdges(order) === "always") {
    compared = compare(undecidedEdges(decisions));
    ({ edge, ...edgeTie } = bestEdge(order, compared, best));
  } else {
    const queue = state.queues[cell.name];
    compared = compare(queue === undefined ? undecidedEdges(decisions) : queue.slice(0, 1));
    const remaining = queue ?? rankEdges(order, compared, best, rules.releasedOnce);
    edge = remaining[0] as number;
    state.queues[cell.name] = remaining.slice(1);
  }

  const row = compared.scores[compared.edges.indexOf(edge)] as readonly number[];
  const columns = candidates(edge);
  const { index, tied } = chooseOne([
    { name: "score", values: row, best },
    ...operationTieBreakers(space, cell, edge, { columns, mixture: base }),
  ]);
  const chosen = columns[index] as number;
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
    ...tied,
    ...edgeTie,
    ...skippedIn(compared.skipped),
    edge,
    operation: cell.operations[edge]?.[chosen] as string,
  };
}
