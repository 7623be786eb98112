/** What a perturbation asks the supernet: which operation of an edge, or which inputs of a node, it can least do without. */

import type { CellMixture } from "../../networks/mixture.ts";
import { type CellDecisions, undecidedEdges, withoutEdge, withoutOperation } from "../../search/decisions.ts";
import type { OperationDecision, TopologyDecision } from "../../search/events.ts";
import { allowedOperations } from "../../search/magnitude-rule.ts";
import type { SearchModel } from "../../search/model.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";
import { bestIndex } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { worst } from "../../training/supernets/comparison.ts";
import type { Criterion } from "../../training/supernets/mixture-score.ts";
import { prunedNodes } from "./schedule.ts";

/** `perturbation`: by what removing an operation costs. `magnitude`: by mixing weight, the paper's ablation (darts-pt §7). */
export interface EdgeRule {
  readonly by: "perturbation" | "magnitude";
  readonly criterion: Criterion;
}

/** A question about one edge or node. */
export interface Asked {
  /** The cell's mixture in each case that is to be compared; none where nothing has to be measured. */
  readonly mixtures: readonly CellMixture[];
  /** Enters the decision that the results lead to, and reports it. */
  readonly decide: (results: readonly number[], step: number) => OperationDecision | TopologyDecision;
}

interface Context {
  readonly model: SearchModel;
  readonly rule: EdgeRule;
}

export interface Question {
  /** Edges or nodes that are still to be decided. */
  readonly open: (space: Space, cell: CellTemplate, decisions: CellDecisions) => number[];
  readonly ask: (context: Context, cell: CellTemplate, subject: number) => Asked;
}

/** The operation whose removal costs most: argmin ACC(S \ o on e) (darts-pt, algorithm 1). The first wins a tie. */
export const edgeQuestion: Question = {
  open: (_, __, decisions) => undecidedEdges(decisions),
  ask({ model, rule }, cell, edge) {
    const mixture = model.mixture()[cell.name] as CellMixture;
    return operationQuestion(model, cell, edge, {
      allowed: allowedOperations(model.context.space, cell, edge),
      mixture,
      rule,
    });
  },
};

/** - `allowed`: columns of the operations that are compared. */
export function operationQuestion(
  model: SearchModel,
  cell: CellTemplate,
  edge: number,
  { allowed, mixture, rule }: { allowed: readonly number[]; mixture: CellMixture; rule: EdgeRule },
): Asked {
  const measured = rule.by === "perturbation";
  const best = measured ? worst(rule.criterion) : "max";
  const operations = allowed.map((o) => cell.operations[edge]?.[o] as string);
  return {
    mixtures: measured ? allowed.map((o) => withoutOperation(mixture, edge, o)) : [],
    decide(results, step) {
      const scores = measured ? results : allowed.map((o) => mixture.values[edge]?.[o] as number);
      const index = bestIndex(scores, best);
      (model.decisions[cell.name] as CellDecisions).chosen[edge] = allowed[index] as number;
      return {
        type: "operation-decision",
        proposal: 0,
        step,
        cell: cell.name,
        edges: [edge],
        operations: [operations],
        scores: [scores.map(toScore)],
        best,
        edge,
        operation: operations[index] as string,
      };
    },
  };
}

/**
 * The inputs of a node whose removal costs most, each removed from the node as it is: leave-one-out (darts-pt §4). Of
 * equal ones the earlier are kept.
 */
export const nodeQuestion: Question = {
  open: (space, cell, { dropped }) =>
    prunedNodes(space, cell).filter((node) => !incomingEdges(cell, node).some((e) => dropped[e] === true)),
  ask({ model, rule }, cell, node) {
    const { space } = model.context;
    const mixture = model.mixture()[cell.name] as CellMixture;
    const edges = incomingEdges(cell, node);
    return {
      mixtures: edges.map((e) => withoutEdge(mixture, e)),
      decide(results, step) {
        const kept = mostMissed(results, worst(rule.criterion) === "min", keptEdges(space.inDegree, edges.length)).map(
          (i) => edges[i] as number,
        );
        const { dropped } = model.decisions[cell.name] as CellDecisions;
        for (const e of edges) if (!kept.includes(e)) dropped[e] = true;
        const scores = [results.map(toScore)];
        return { type: "topology-decision", proposal: 0, step, cell: cell.name, node, edges, scores, kept };
      },
    };
  },
};

/** Positions of the `count` results that are lowest (or highest), ascending; the earlier of equal ones. */
export function mostMissed(results: readonly number[], lowest: boolean, count: number): number[] {
  const ranked = [...results.keys()].sort((a, b) => {
    const difference = (results[a] as number) - (results[b] as number);
    return lowest ? difference : -difference;
  });
  return ranked.slice(0, count).sort((a, b) => a - b);
}
