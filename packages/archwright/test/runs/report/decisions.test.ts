/** Decisions of a proposal, put together into heat maps. */
import { describe, expect, test } from "vitest";
import {
  comparisonMap,
  decisionsOf,
  edgeMap,
  keptEnd,
  operationMap,
  scoresAreWeights,
  topologyMap,
  unscoredPrunings,
} from "../../../src/runs/report/decisions.ts";
import { candidatesOf, proposalsOf } from "../../../src/runs/report/proposals.ts";
import type { OperationDecision, TopologyDecision } from "../../../src/search/events.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";
import { fakeMagnitudeSearch } from "./fake-training.ts";
import { dartsTemplates, fakeSearch, formatDarts, formatNasBench201, nasBench201Template } from "./fixtures.ts";

const normal = dartsTemplates[0] as CellTemplate;
const marked = (row: { cells: readonly ({ chosen: boolean } | undefined)[] } | undefined): number[] =>
  (row?.cells ?? []).flatMap((cell, i) => (cell?.chosen === true ? [i] : []));

describe("operations", () => {
  const decide = (step: number, edge: number, scores: number[], operation: string): OperationDecision => ({
    type: "operation-decision",
    proposal: 0,
    step,
    cell: "cell",
    edges: [edge],
    operations: [nasBench201Template.operations[0] as string[]],
    scores: [scores],
    best: "min",
    edge,
    operation,
  });
  const decisions = [decide(0, 3, [5, 4, 3, 1, 2], "nor_conv_3x3"), decide(1, 0, [1, 2, 3, 4, 5], "none")];
  const map = operationMap(nasBench201Template, decisions);

  test("rows are the edges in the template's order, with the step that decided each", () => {
    expect(map.columns).toEqual(["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]);
    expect(map.rows.map((row) => [row.label, row.note])).toEqual([
      ["in → 1", "2"],
      ["in → 2", "–"],
      ["1 → 2", "–"],
      ["in → out", "1"],
      ["1 → out", "–"],
      ["2 → out", "–"],
    ]);
    expect(map.rows.map(marked)).toEqual([[0], [], [], [3], [], []]);
  });

  test("each row spans its own colours", () => {
    expect(map.rows[0]?.cells.map((cell) => cell?.strength)).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(map.rows[3]?.cells.map((cell) => cell?.strength)).toEqual([0, 0.25, 0.5, 1, 0.75]);
  });

  test("edges that were pruned afterwards are grey", () => {
    const { source, target } = nasBench201Template.edges[0] as { source: number; target: number };
    const decided = { cell: { choices: [{ source, target, operation: "none" }] } };
    const faded = operationMap(nasBench201Template, decisions, decided).rows.map((row) => row.faded);
    expect(faded).toEqual([false, true, true, true, true, true]);
  });

  test("edges with operations of their own leave the other columns empty", () => {
    const template = {
      ...nasBench201Template,
      operations: nasBench201Template.edges.map((_, i) => (i === 0 ? ["a", "b"] : ["b", "c"])),
    };
    const decision = { ...decide(0, 1, [1, 2], "b"), operations: [["b", "c"]] };
    const row = operationMap(template, [decision]).rows[1];
    expect(row?.cells.map((cell) => cell?.score)).toEqual([undefined, 1, 2]);
  });
});

test("a decision that compared several edges has one span of colours for all its rows", () => {
  const events = fakeSearch([nasBench201Template], {
    seed: 5,
    proposals: 1,
    order: "global",
    format: formatNasBench201,
  });
  const first = decisionsOf(events, 0).operations[0] as OperationDecision;
  const map = comparisonMap(nasBench201Template, first);
  expect(map.rows).toHaveLength(6);
  const strengths = map.rows.flatMap((row) => row.cells.map((cell) => cell?.strength ?? Number.NaN));
  expect(strengths.filter((s) => s === 1)).toHaveLength(1);
  expect(strengths.filter((s) => s === 0)).toHaveLength(1);
  const chosen = map.rows.flatMap((row) => row.cells.filter((cell) => cell?.chosen === true));
  expect(chosen.map((cell) => cell?.strength)).toEqual([1]);
});

test("pruning: a row for each node and round, columns by source, kept edges framed", () => {
  const decision: TopologyDecision = {
    type: "topology-decision",
    proposal: 0,
    step: 14,
    cell: "normal",
    node: 4,
    edges: [5, 6, 7, 8],
    scores: [
      [10, 40, 20, 30],
      [10, "NaN", 20, 30],
    ],
    kept: [5, 7],
  };
  const map = topologyMap(normal, [decision]);
  expect(map?.columns).toEqual(["from cₖ₋₂", "from cₖ₋₁", "from 0", "from 1"]);
  expect(map?.rows.map((row) => [row.label, row.note])).toEqual([
    ["node 2, round 1", "15"],
    ["node 2, round 2", "15"],
  ]);
  expect(map?.rows.map(marked)).toEqual([
    [0, 2],
    [0, 2],
  ]);
  expect(topologyMap(normal, [])).toBeUndefined();
});

describe("which end of the scores a pruning kept", () => {
  const prune = (scores: TopologyDecision["scores"], kept: number[]): TopologyDecision => ({
    type: "topology-decision",
    proposal: 0,
    step: 14,
    cell: "normal",
    node: 3,
    edges: [2, 3, 4],
    scores,
    kept,
  });

  test("perturbation: the supernet without a kept edge is worse", () => {
    expect(keptEnd(prune([[1, 9, 2]], [2, 4]))).toBe("min");
    const map = topologyMap(normal, [prune([[1, 9, 2]], [2, 4])]);
    expect(map?.title).toBe('Scores without each incoming edge in the cell "normal"');
    expect(map?.rows[0]?.cells.map((cell) => cell?.strength)).toEqual([1, 0, 0.875]);
  });

  test("several rounds: those that were gone have no score", () => {
    const rounds = [
      [5, 9, 8],
      [7, "NaN", 6],
    ] as const;
    expect(keptEnd(prune(rounds, [4]))).toBe("min");
  });

  test("magnitude: kept edges are the strongest", () => {
    expect(keptEnd(prune([[0.3, 0.1, 0.2]], [2, 4]))).toBe("max");
    const map = topologyMap(normal, [prune([[0.3, 0.1, 0.2]], [2, 4])]);
    expect(map?.title).toBe('Strengths of each incoming edge in the cell "normal"');
    expect(map?.rows[0]?.cells.map((cell) => cell?.strength)).toEqual([1, 0, expect.closeTo(0.5, 12)]);
  });

  test("without scores there is no map, only what was kept", () => {
    expect(topologyMap(normal, [prune([], [2, 4])])).toBeUndefined();
    expect(unscoredPrunings(normal, [prune([], [2, 4])])).toEqual(["node 1 keeps cₖ₋₂ and 0"]);
    expect(unscoredPrunings(normal, [prune([[1, 9, 2]], [2, 4])])).toEqual([]);
  });
});

test("edges with scores of their own: a map of them, and rows with colours of their own", () => {
  const decision: OperationDecision = {
    type: "operation-decision",
    proposal: 0,
    step: 0,
    cell: "cell",
    edges: [1, 4],
    operations: [
      ["none", "skip_connect"],
      ["none", "skip_connect"],
    ],
    scores: [
      [0.4, 0.6],
      [0.1, 0.9],
    ],
    best: "max",
    edgeScores: [0.2, 0.7],
    edge: 4,
    operation: "skip_connect",
  };
  const edges = edgeMap(nasBench201Template, decision);
  expect(edges?.columns).toEqual(["in → 2", "1 → out"]);
  expect(edges?.rows[0]?.cells).toEqual([
    { score: 0.2, chosen: false, strength: 0 },
    { score: 0.7, chosen: true, strength: 1 },
  ]);
  const { rows } = comparisonMap(nasBench201Template, decision);
  expect(rows.map((row) => row.cells.map((cell) => cell?.strength))).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(rows.map(marked)).toEqual([[], [1]]);
  expect(edgeMap(nasBench201Template, { ...decision, edgeScores: undefined } as never)).toBeUndefined();
});

test("scores are mixing weights where an epoch reported them for the edge", () => {
  const events = fakeMagnitudeSearch(nasbench201, { seed: 1, epochs: 2 });
  const decision = events.find((event) => event.type === "operation-decision") as OperationDecision;
  expect(scoresAreWeights(decision, events)).toBe(true);
  const others = decision.scores.map((row) => row.map((score) => Number(score) / 2));
  expect(scoresAreWeights({ ...decision, scores: others }, events)).toBe(false);
  expect(scoresAreWeights(decision, [decision])).toBe(false);
  const allowed = decision.scores.map((row) => row.slice(1));
  expect(scoresAreWeights({ ...decision, scores: allowed }, events)).toBe(true);
});

describe("proposals", () => {
  const events = fakeSearch(dartsTemplates, { seed: 2, proposals: 3, format: formatDarts });

  test("each has its 34 decisions: 14 operations and 3 nodes for each of two cells", () => {
    for (const { index } of proposalsOf(events)) {
      const { operations, topology } = decisionsOf(events, index);
      expect([operations.length, topology.length]).toEqual([28, 6]);
    }
  });

  test("one that was being decided when the run stopped has no architecture", () => {
    const stopped = events.slice(0, events.findIndex((event) => event.type === "proposal") + 3);
    expect(proposalsOf(stopped).map((proposal) => proposal.architecture !== undefined)).toEqual([true, false]);
  });

  test("the same architecture proposed again is one candidate, with the validation of its first", () => {
    const cells = {};
    const candidates = candidatesOf([
      { type: "proposal", proposal: 0, architecture: "a", cells },
      { type: "proposal", proposal: 1, architecture: "b", cells },
      { type: "proposal", proposal: 2, architecture: "a", cells },
      { type: "validation", proposal: 0, architecture: "a", batches: 4, score: 12 },
      { type: "answer", proposal: 0, architecture: "a", cells },
    ]);
    expect(candidates).toEqual([
      { architecture: "a", proposals: [0, 2], validation: { score: 12, batches: 4 }, isAnswer: true },
      { architecture: "b", proposals: [1], isAnswer: false },
    ]);
  });
});
