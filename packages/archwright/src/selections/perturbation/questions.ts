/** What a perturbation asks the supernet: which operation of an edge, or which inputs of a node, it can least do without. */

import type { CellMixture } from "../../networks/mixture.ts";
import { type CellDecisions, undecidedEdges, withoutEdge, withoutOperation } from "../../search/decisions.ts";
import type { OperationDecision, TopologyDecision } from "../../search/events.ts";
import { allowedOperations } from "../../search/magnitude-rule.ts";
import type { SearchModel } from "../../search/model.ts";
import { operationTieBreakers } from "../../search/tie-breakers.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";
import { choose, chooseOne, type Measure, tiedBy } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { type Compared, removalMeasures } from "../../training/supernets/comparison.ts";
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
  readonly decide: (results: Compared, step: number) => OperationDecision | TopologyDecision;
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

/** The operation whose removal costs most: argmin ACC(S \ o on e) (darts-pt, algorithm 1). */
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

/**
 * Operations that the criterion finds equal are told apart by the other one, then by their mixing weights.
 *
 * - `allowed`: columns of the operations that are compared.
 */
export function operationQuestion(
  model: SearchModel,
  cell: CellTemplate,
  edge: number,
  { allowed, mixture, rule }: { allowed: readonly number[]; mixture: CellMixture; rule: EdgeRule },
): Asked {
  const measured = rule.by === "perturbation";
  const operations = allowed.map((o) => cell.operations[edge]?.[o] as string);
  return {
    mixtures: measured ? allowed.map((o) => withoutOperation(mixture, edge, o)) : [],
    decide(results, step) {
      const measures = [
        ...(measured ? removalMeasures(rule.criterion, results) : []),
        ...operationTieBreakers(model.context.space, cell, edge, { columns: allowed, mixture }),
      ];
      const { values, best } = measures[0] as Measure;
      const { index, tied } = chooseOne(measures);
      (model.decisions[cell.name] as CellDecisions).chosen[edge] = allowed[index] as number;
      return {
        type: "operation-decision",
        proposal: 0,
        step,
        cell: cell.name,
        edges: [edge],
        operations: [operations],
        scores: [values.map(toScore)],
        best,
        ...tied,
        edge,
        operation: operations[index] as string,
      };
    },
  };
}

/**
 * The inputs of a node whose removal costs most, each removed from the node as it is: leave-one-out (darts-pt §4). Those that
 * the criterion finds equal are told apart by the other one, then by the mixing weights of their operations; of equal ones the
 * earlier are kept.
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
        const measures = [
          ...removalMeasures(rule.criterion, results),
          { name: "mixing weight", values: edges.map((e) => decidedWeight(model, cell, e)), best: "max" } as const,
        ];
        const { chosen, tie } = choose(measures, keptEdges(space.inDegree, edges.length));
        const kept = chosen.map((i) => edges[i] as number).sort((a, b) => a - b);
        const { dropped } = model.decisions[cell.name] as CellDecisions;
        for (const e of edges) if (!kept.includes(e)) dropped[e] = true;
        const scores = [(measures[0] as Measure).values.map(toScore)];
        return {
          type: "topology-decision",
          proposal: 0,
          step,
          cell: cell.name,
          node,
          edges,
          scores,
          ...tiedBy(tie),
          kept,
        };
      },
    };
  },
};

/** The weight that α gives to the operation of a decided edge; 0 before it is decided. */
function decidedWeight(model: SearchModel, cell: CellTemplate, edge: number): number {
  const kind = model.context.space.cells.findIndex(({ name }) => name === cell.name);
  const column = (model.decisions[cell.name] as CellDecisions).chosen[edge];
  return column == null ? 0 : (model.weights()[kind]?.[edge]?.[column] as number);
}
