/** Sparse support: into every node the operations whose recovered weights are largest (ISTA-NAS). */
import { z } from "zod";
import type { OperationDecision } from "../search/events.ts";
import type { SearchModel } from "../search/model.ts";
import { computedNodes, incomingEdges } from "../spaces/cells.ts";
import type { Operation } from "../spaces/layers.ts";
import { isNothing } from "../spaces/operations.ts";
import type { Architecture, CellTemplate, Choice, Edge, Space } from "../spaces/space.ts";
import { toScore } from "../statistics/score.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import { proposedAnswer } from "./magnitude.ts";
import type { Selection } from "./selection.ts";

export const sparseSupport: Selection = {
  name: "sparse-support",
  title: "the strongest operations into each node, of which two may share an edge",
  source: "Yang et al., ISTA-NAS, NeurIPS 2020, section 3.3",
  settings: z.object({}),
  start: (model, trainer) =>
    new TrainingSearch(model, trainer, {
      ...searchEpochs(trainer),
      before: () => undefined,
      unitsFrom: () => 0,
      answer() {
        const { architecture, events } = supported(model);
        return [...events, ...proposedAnswer(model, architecture)];
      },
      save: () => null,
      restore: () => {},
    }),
};

interface Candidate extends Edge {
  readonly edge: number;
  readonly operation: string;
  readonly strength: number;
  /** Whether the relaxation runs it. */
  readonly active: boolean;
}

function supported(model: SearchModel): { architecture: Architecture; events: OperationDecision[] } {
  const { space } = model.context;
  const ranking = model.ranking();
  const active = model.alpha.active?.();
  const events: OperationDecision[] = [];
  const cells = space.cells.map((cell, c): [string, { choices: Choice[] }] => {
    const rows = ranking[cell.name]?.values ?? [];
    const choices = computedNodes(cell).flatMap((node) => {
      const edges = incomingEdges(cell, node);
      const candidates = edges.map((edge) => candidatesOf(space, cell, edge, rows, active?.[c]));
      const kept =
        space.inDegree === "all"
          ? candidates.map((own) => ofEdge(space, own))
          : strongest(candidates.flat(), Math.min(space.inDegree, edges.length));
      for (const { edge, operation } of kept) {
        events.push({
          type: "operation-decision",
          proposal: 0,
          step: events.length,
          cell: cell.name,
          edges,
          operations: edges.map((e) => cell.operations[e] ?? []),
          scores: edges.map((e) => (rows[e] ?? []).map(toScore)),
          best: "max",
          edge,
          operation,
        });
      }
      return kept.map(({ source, target, operation }) => ({ source, target, operation }));
    });
    return [cell.name, { choices }];
  });
  return { architecture: Object.fromEntries(cells), events };
}

function candidatesOf(
  { excluded }: Pick<Space, "excluded">,
  cell: CellTemplate,
  edge: number,
  rows: readonly (readonly number[])[],
  active: readonly (readonly boolean[])[] | undefined,
): Candidate[] {
  const { source, target } = cell.edges[edge] as Edge;
  return (cell.operations[edge] ?? []).flatMap((operation, o): Candidate[] => {
    if (excluded.includes(operation)) return [];
    const strength = rows[edge]?.[o] ?? 0;
    return [{ source, target, edge, operation, strength, active: active?.[edge]?.[o] ?? true }];
  });
}

/** The `count` strongest, in the order of the edges. Among equally strong ones the first stay. */
function strongest(candidates: readonly Candidate[], count: number): Candidate[] {
  // Sorting is stable, so equal candidates stay in their order.
  const kept = [...candidates].sort((a, b) => b.strength - a.strength).slice(0, count);
  return kept.sort((a, b) => a.edge - b.edge);
}

/**
 * Where every edge has an operation: the strongest that is active. Where none is, the support says that the edge passes nothing
 * on; a space that has no operation for this gets the strongest of all.
 */
function ofEdge({ operations }: Pick<Space, "operations">, candidates: readonly Candidate[]): Candidate {
  const nothing = candidates.find(({ operation }) => isNothing(operations[operation] as Operation));
  const active = candidates.filter((candidate) => candidate.active);
  if (active.length === 0 && nothing !== undefined) return nothing;
  return strongest(active.length > 0 ? active : candidates, 1)[0] as Candidate;
}
