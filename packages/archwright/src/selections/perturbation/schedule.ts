/** When DARTS-PT decides: epochs of fine-tuning between its decisions (darts-pt §5, §6). */
import { computedNodes, incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { CellTemplate, Space } from "../../spaces/space.ts";

/** Nodes that have to lose incoming edges. */
export const prunedNodes = ({ inDegree }: Pick<Space, "inDegree">, cell: CellTemplate): number[] =>
  computedNodes(cell).filter((node) => {
    const incoming = incomingEdges(cell, node).length;
    return keptEdges(inDegree, incoming) < incoming;
  });

/** One decision of every kind of cell: first its edges' operations, then its nodes' inputs. */
export type Round = "operation" | "topology";

export interface Schedule {
  /** Epochs of fine-tuning in all. */
  readonly epochs: number;
  /** The rounds before each of these epochs; `epochs` itself may be one. */
  readonly before: ReadonlyMap<number, readonly Round[]>;
}

/**
 * A round every `interval` epochs, and one epoch after the last: I·(P−1) + 1 for P rounds. Where no node is pruned
 * (NAS-Bench-201), I·(P−1), with the last round before the last epoch. Interval 0 decides everything at once, without
 * fine-tuning.
 */
export function perturbationSchedule(space: Pick<Space, "cells" | "inDegree">, interval: number): Schedule {
  const most = (counts: readonly number[]): number => Math.max(...counts);
  const operations = most(space.cells.map((cell) => cell.edges.length));
  const nodes = most(space.cells.map((cell) => prunedNodes(space, cell).length));
  const rounds: Round[] = [
    ...Array.from({ length: operations }, () => "operation" as const),
    ...Array.from({ length: nodes }, () => "topology" as const),
  ];
  const last = rounds.length - 1;
  const epochs = interval === 0 ? 0 : Math.max(1, interval * last + (nodes > 0 ? 1 : 0));
  const epochOf = (round: number): number => Math.min(interval * round, Math.max(0, epochs - 1));
  const before = new Map<number, Round[]>();
  for (const [i, round] of rounds.entries()) before.set(epochOf(i), [...(before.get(epochOf(i)) ?? []), round]);
  return { epochs, before };
}
