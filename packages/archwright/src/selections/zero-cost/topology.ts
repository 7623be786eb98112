/** The topology step of a proposal: nodes lose incoming edges until they have as many as the space allows. */
import { withoutEdge } from "../../search/decisions.ts";
import type { SearchEvent } from "../../search/events.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import { chooseOne, type Measure, type Tie, tiedBy } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { nextEdge } from "./edge-order.ts";
import { skippedIn, type Turn } from "./turn.ts";

/** Drops the incoming edges of a node whose removal hurts least, until the in-degree is reached (zero-cost-pt §5). */
export function decideTopology({ state, cell, decisions, space, base, rules, score, random }: Turn): SearchEvent {
  const nodes = state.nodes[cell.name] as number[];
  const node = nextEdge(rules.order, nodes, random);
  nodes.splice(nodes.indexOf(node), 1);

  const edges = incomingEdges(cell, node);
  const keep = [...edges];
  const rounds: number[][] = [];
  const weight = (edge: number): number => base.values[edge]?.[decisions.chosen[edge] as number] as number;
  let lastTie: Tie | undefined;
  let allSkipped = 0;
  while (keep.length > keptEdges(space.inDegree, edges.length)) {
    // `single` scores from the whole node every time, so its scores stay the same: one round serves for all.
    const known = rules.topology === "single" ? rounds[0] : undefined;
    const measure = (): number[] => {
      const { scores, skipped } = score((current) => keep.map((edge) => withoutEdge(current, edge)));
      allSkipped += skipped;
      return spread(edges, keep, scores);
    };
    const scores = known ?? measure();
    if (known === undefined) rounds.push(scores);
    const { dropped, tie } = leastHarmful(keep, (edge) => scores[edges.indexOf(edge)] as number, weight);
    lastTie = tie ?? lastTie;
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
    ...tiedBy(lastTie),
    ...skippedIn(allSkipped),
    kept: keep,
  };
}

/** Scores by position in `edges`; NaN for those that are gone already. */
function spread(edges: readonly number[], keep: readonly number[], scores: readonly number[]): number[] {
  return edges.map((edge) => (keep.includes(edge) ? (scores[keep.indexOf(edge)] as number) : Number.NaN));
}

/**
 * The edge with the largest removal score; of equal ones that of the smallest mixing weight, then the last. A removal that
 * gives NaN proves nothing and is kept.
 */
function leastHarmful(
  edges: readonly number[],
  scoreOf: (edge: number) => number,
  weightOf: (edge: number) => number,
): { readonly dropped: number; readonly tie?: Tie } {
  const reversed = [...edges].reverse();
  const measures: Measure[] = [
    { name: "score", values: reversed.map(scoreOf), best: "max" },
    { name: "mixing weight", values: reversed.map(weightOf), best: "min" },
  ];
  const { index, tied } = chooseOne(measures);
  return { dropped: reversed[index] as number, ...tied };
}
