/** Proposals with scorers whose answers are known (zero-cost-pt §12). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CellMixture, Mixture } from "../../src/networks/mixture.ts";
import { Random } from "../../src/random.ts";
import type { OperationDecision, SearchEvent, TopologyDecision } from "../../src/search/events.ts";
import { type EdgeOrder, edgeOrders } from "../../src/selections/zero-cost/edge-order.ts";
import {
  newProposal,
  proposalFinished,
  proposalStep,
  proposalSteps,
  proposedArchitecture,
} from "../../src/selections/zero-cost/proposal.ts";
import type { Evaluate, ProposalRules, ProposalState } from "../../src/selections/zero-cost/turn.ts";
import { incomingEdges } from "../../src/spaces/cells.ts";
import { darts } from "../../src/spaces/darts.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { spaces } from "../../src/spaces/registry.ts";
import { s1 } from "../../src/spaces/s1.ts";
import type { Architecture, CellTemplate, Space } from "../../src/spaces/space.ts";

const published: ProposalRules = { rule: "perturb", order: "random", releasedOnce: false, topology: "cumulative" };

function uniformMixture(space: Space): Mixture {
  const even = (row: readonly string[]): number[] => row.map(() => 1 / row.length);
  return Object.fromEntries(space.cells.map(({ name, operations }) => [name, { values: operations.map(even) }]));
}

interface Outcome {
  readonly architecture: Architecture;
  readonly events: readonly SearchEvent[];
  readonly scored: number;
  readonly state: ProposalState;
  readonly steps: number;
}

/** A whole proposal; `score` gives S of one mixture. */
function propose(
  space: Space,
  rules: Partial<ProposalRules>,
  score: (mixture: Mixture) => number,
  { seed = 1, onStep = (_: ProposalState): void => undefined } = {},
): Outcome {
  const random = Random.stream(seed, "test/proposal");
  const state = newProposal(space, 0);
  const events: SearchEvent[] = [];
  let scored = 0;
  const evaluate: Evaluate = (mixtures) => {
    scored += mixtures.length;
    return { scores: mixtures.map(score), skipped: 0 };
  };
  let steps = 0;
  while (!proposalFinished(space, state)) {
    events.push(...proposalStep(space, state, uniformMixture(space), { ...published, ...rules }, evaluate, random));
    steps++;
    onStep(state);
  }
  return { architecture: proposedArchitecture(space, state), events, scored, state, steps };
}

/** A number that depends on every weight, the same for the same mixture. */
function hashed(mixture: Mixture): number {
  const text = JSON.stringify(mixture);
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

const operationDecisions = (events: readonly SearchEvent[]): OperationDecision[] =>
  events.filter((event) => event.type === "operation-decision");
const topologyDecisions = (events: readonly SearchEvent[]): TopologyDecision[] =>
  events.filter((event) => event.type === "topology-decision");

describe("number of scores (zero-cost-pt §12.4)", () => {
  it.each([
    ["random", 30],
    ["fixed", 30],
    ["reverse", 30],
    ["global-op-iter", 105],
    ["global-edge-iter", 105],
    ["global-op-once", 30 + 5 * 5],
    ["global-edge-once", 30 + 5 * 5],
  ] as [EdgeOrder, number][])("NAS-Bench-201, %s order: %i", (order, expected) => {
    expect(propose(nasbench201, { order }, hashed).scored).toBe(expected);
  });

  it("the DARTS space: 14·7·2 for operations and 22 a cell for the topology, 240 in all", () => {
    expect(propose(dartsNoNone, {}, hashed).scored).toBe(240);
  });

  it("220 where the topology's scores are those of the whole node: (3 + 4 + 5) a cell", () => {
    expect(propose(dartsNoNone, { topology: "single" }, hashed).scored).toBe(14 * 7 * 2 + 2 * (3 + 4 + 5));
  });

  it("17 steps in the DARTS space, 6 in NAS-Bench-201", () => {
    expect([proposalSteps(dartsNoNone), propose(dartsNoNone, {}, hashed).steps]).toEqual([17, 17]);
    expect([proposalSteps(nasbench201), propose(nasbench201, {}, hashed).steps]).toEqual([6, 6]);
  });
});

/** zc-pt(nwot) and disc-zc(nwot) of NAS-Bench-201's first iteration (zero-cost-pt §9.1). */
const perturbed = [
  [3455.23, 3449.9, 3449.54, 3441.82, 3461.18],
  [3452.15, 3448.7, 3441.81, 3440.65, 3453.74],
  [3446.52, 3447.61, 3435.46, 3436.4, 3449.28],
  [3453.81, 3435.99, 3444.04, 3445.6, 3447.07],
  [3451.06, 3449.8, 3442.63, 3441.13, 3453.31],
  [3450.97, 3448.21, 3440.8, 3443.24, 3452.99],
];
const discretized = [
  [3331.01, 3445.49, 3366.88, 3437.55, 3423.18],
  [3429.07, 3435.75, 3407.87, 3434.58, 3421.44],
  [3428.8, 3423.36, 3440.93, 3437.29, 3416.89],
  [3408.99, 3464.05, 3359.89, 3382.18, 3431.81],
  [3433.99, 3435.57, 3424.47, 3431.14, 3423.15],
  [3434.42, 3437.66, 3418.57, 3397.52, 3424.17],
];

/**
 * Scores by table. The edge that is being decided is the one that `isVariant` knows by its weights and that was not
 * decided before; `decided` is filled by the caller after each step.
 */
function tableScorer(table: readonly (readonly number[])[], rule: "perturb" | "discretize") {
  const decided = new Set<number>();
  const score = (mixture: Mixture): number => {
    const { values } = mixture["cell"] as CellMixture;
    const edge = values.findIndex((row, e) => !decided.has(e) && row.includes(0));
    const row = values[edge] as readonly number[];
    return (table[edge] as readonly number[])[row.indexOf(rule === "perturb" ? 0 : 1)] as number;
  };
  const onStep = (state: ProposalState): void => {
    for (const [e, chosen] of (state.cells["cell"]?.chosen ?? []).entries()) if (chosen !== null) decided.add(e);
  };
  return { score, onStep };
}

describe("the published scores of NAS-Bench-201", () => {
  it.each(["random", "fixed", "reverse", "global-op-iter", "global-op-once", "global-edge-iter"] as const)(
    "give the published choice under the %s order (zero-cost-pt §12.5)",
    (order) => {
      const { score, onStep } = tableScorer(perturbed, "perturb");
      const { architecture } = propose(nasbench201, { order }, score, { onStep });
      expect(nasbench201.format(architecture)).toBe(
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|",
      );
    },
  );

  it("give the largest of each row under the discretize rule", () => {
    const { score, onStep } = tableScorer(discretized, "discretize");
    const { architecture, events } = propose(nasbench201, { rule: "discretize" }, score, { onStep });
    expect(nasbench201.format(architecture)).toBe(
      "|skip_connect~0|+|skip_connect~0|nor_conv_1x1~1|+|skip_connect~0|skip_connect~1|skip_connect~2|",
    );
    for (const event of operationDecisions(events)) {
      expect(event.best).toBe("max");
      expect(event.scores).toEqual([discretized[event.edge]]);
    }
  });

  it("are reported as they were compared", () => {
    const { score, onStep } = tableScorer(perturbed, "perturb");
    const { events } = propose(nasbench201, { order: "fixed" }, score, { onStep });
    expect(operationDecisions(events)).toEqual(
      perturbed.map((row, edge) => ({
        type: "operation-decision",
        proposal: 0,
        step: edge,
        cell: "cell",
        edges: [edge],
        operations: [["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]],
        scores: [row],
        best: "min",
        edge,
        operation: nasbench201.cells[0]?.operations[edge]?.[row.indexOf(Math.min(...row))],
      })),
    );
  });

  it("are visited in the order of their best, under the released code's orders in reverse (zero-cost-pt §12.7)", () => {
    const visits = (order: EdgeOrder, releasedOnce: boolean): number[] => {
      const { score, onStep } = tableScorer(perturbed, "perturb");
      return operationDecisions(propose(nasbench201, { order, releasedOnce }, score, { onStep }).events).map(
        ({ edge }) => edge,
      );
    };
    // Least scores: 3441.82 3440.65 3435.46 3435.99 3441.13 3440.80.
    expect(visits("global-op-once", false)).toEqual([2, 3, 1, 5, 4, 0]);
    expect(visits("global-op-iter", false)).toEqual([2, 3, 1, 5, 4, 0]);
    // Means: 3451.534 3447.41 3443.054 3445.302 3447.586 3447.242.
    expect(visits("global-edge-once", false)).toEqual([2, 3, 5, 1, 4, 0]);
    expect(visits("global-edge-iter", false)).toEqual([2, 3, 5, 1, 4, 0]);
    expect(visits("global-op-once", true)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(visits("global-edge-once", true)).toEqual([5, 4, 3, 2, 1, 0]);
  });
});

describe("every proposal", () => {
  const rulesOf = fc.record({
    rule: fc.constantFrom("perturb", "discretize"),
    order: fc.constantFrom(...edgeOrders),
    releasedOnce: fc.boolean(),
    topology: fc.constantFrom("cumulative", "single"),
  }) as fc.Arbitrary<ProposalRules>;

  it("is an architecture of its space: S1's edges hold their own operations, darts has no none", () => {
    fc.assert(
      fc.property(fc.constantFrom(...spaces), rulesOf, fc.nat(1000), (space, rules, seed) => {
        const { architecture, events } = propose(space, rules, hashed, { seed });
        const text = space.format(architecture);
        expect(space.format(space.parse(text))).toBe(text);
        for (const cell of space.cells) {
          for (const { source, target, operation } of architecture[cell.name]?.choices ?? []) {
            const edge = cell.edges.findIndex((e) => e.source === source && e.target === target);
            expect(cell.operations[edge]).toContain(operation);
            expect(space.excluded).not.toContain(operation);
          }
        }
        // What the space excludes is not even compared.
        for (const { operations } of operationDecisions(events)) {
          for (const row of operations) expect(row.filter((name) => space.excluded.includes(name))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("never changes a decided edge, and ends one-hot (zero-cost-pt §12.8)", () => {
    for (const space of [nasbench201, dartsNoNone, s1]) {
      let before = newProposal(space, 0).cells;
      const seen: Mixture[] = [];
      const score = (mixture: Mixture): number => {
        seen.push(mixture);
        return hashed(mixture);
      };
      const onStep = (state: ProposalState): void => {
        for (const [name, { chosen }] of Object.entries(before)) {
          for (const [e, operation] of chosen.entries()) {
            if (operation !== null) expect(state.cells[name]?.chosen[e]).toBe(operation);
          }
        }
        before = structuredClone(state.cells);
      };
      const { state } = propose(space, {}, score, { onStep });
      expect(Object.values(state.cells).every(({ chosen }) => chosen.every((operation) => operation !== null))).toBe(
        true,
      );
      // The last mixtures: rows are one-hot, or zero where an edge is under test or gone.
      for (const { values } of Object.values(space.inDegree === "all" ? {} : (seen.at(-1) as Mixture))) {
        for (const row of values)
          expect(row.filter((weight) => weight !== 0).every((weight) => weight === 1)).toBe(true);
      }
    }
  });

  it("gives every node two inputs, node 2 both of its own (zero-cost-pt §12.10)", () => {
    for (const topology of ["cumulative", "single"] as const) {
      const { architecture, events } = propose(dartsNoNone, { topology }, hashed);
      for (const cell of dartsNoNone.cells) {
        const choices = architecture[cell.name]?.choices ?? [];
        expect(choices.map(({ target }) => target)).toEqual([2, 2, 3, 3, 4, 4, 5, 5]);
        expect(choices.slice(0, 2).map(({ source }) => source)).toEqual([0, 1]);
      }
      const pruned = topologyDecisions(events);
      expect(pruned.map(({ node }) => node).sort()).toEqual([3, 3, 4, 4, 5, 5]);
      for (const { kept, edges, node, cell } of pruned) {
        expect(kept).toHaveLength(2);
        expect(edges).toEqual(incomingEdges(dartsNoNone.cells.find(({ name }) => name === cell) as CellTemplate, node));
      }
    }
  });

  it("decides the normal cell first, and the reduction already sees it", () => {
    const counts: [normal: number, reduce: number][] = [];
    const decidedRows = (mixture: Mixture, name: string): number =>
      (mixture[name] as CellMixture).values.filter((row) => row.includes(1)).length;
    const { events } = propose(dartsNoNone, { order: "fixed" }, (mixture) => {
      counts.push([decidedRows(mixture, "normal"), decidedRows(mixture, "reduce")]);
      return hashed(mixture);
    });
    expect(
      operationDecisions(events)
        .slice(0, 4)
        .map(({ cell, step }) => [cell, step]),
    ).toEqual([
      ["normal", 0],
      ["reduce", 0],
      ["normal", 1],
      ["reduce", 1],
    ]);
    expect(counts[0]).toEqual([0, 0]);
    expect(counts[7]).toEqual([1, 0]); // the first of the seven reduction candidates
    expect(counts[14]).toEqual([1, 1]);
  });
});

describe("topology", () => {
  /** Operations do not matter here; edge `e` of the normal cell costs `worth[e]` when it is gone. */
  const worth = [9, 9, 5, 6, 4, 3, 8, 7, 2, 1, 5, 4, 3, 2];
  function score(mixture: Mixture): number {
    const { values } = mixture["normal"] as CellMixture;
    const gone = values.flatMap((row, e) => (row.every((weight) => weight === 0) ? [e] : []));
    return -gone.reduce((sum, e) => sum + (worth[e] as number), 0);
  }

  it("drops the edges whose removal leaves the largest score", () => {
    for (const topology of ["cumulative", "single"] as const) {
      const { events } = propose(dartsNoNone, { topology, order: "fixed" }, score);
      const kept = topologyDecisions(events).filter(({ cell }) => cell === "normal");
      expect(kept.map((event) => [event.node, event.kept])).toEqual([
        [3, [2, 3]],
        [4, [6, 7]],
        [5, [10, 11]],
      ]);
    }
  });

  it("re-scores without the dropped edges if cumulative, and not if single", () => {
    // Edges 5 and 6 stand in for each other: alone either may go, and the second to go costs most of all.
    const redundant = (mixture: Mixture): number => {
      const { values } = mixture["normal"] as CellMixture;
      const gone = (e: number): boolean => (values[e] as readonly number[]).every((weight) => weight === 0);
      const cost = [7, 8].filter(gone).length * 10 + (gone(5) ? 1 : 0) + (gone(6) ? 2 : 0);
      return -(cost + (gone(5) && gone(6) ? 100 : 0));
    };
    const ofNode4 = (topology: "cumulative" | "single"): TopologyDecision =>
      topologyDecisions(propose(dartsNoNone, { topology, order: "fixed" }, redundant).events).find(
        ({ node, cell }) => node === 4 && cell === "normal",
      ) as TopologyDecision;
    expect(ofNode4("single").kept).toEqual([7, 8]);
    expect(ofNode4("single").scores).toEqual([[-1, -2, -10, -10]]);
    const cumulative = ofNode4("cumulative");
    // Edge 5 goes first. Then 6 costs 103, 7 and 8 cost 11: of these the last goes.
    expect(cumulative.kept).toEqual([6, 7]);
    expect(cumulative.scores).toEqual([
      [-1, -2, -10, -10],
      ["NaN", -103, -11, -11],
    ]);
  });

  it("drops the last of equal edges, and says that they were equal", () => {
    const { events } = propose(dartsNoNone, { order: "fixed" }, () => 0);
    expect(
      topologyDecisions(events)
        .filter(({ cell }) => cell === "reduce")
        .map(({ kept }) => kept),
    ).toEqual([
      [2, 3],
      [5, 6],
      [9, 10],
    ]);
    for (const { tie } of topologyDecisions(events)) expect(tie?.brokenBy).toBe("order");
  });
});

describe("scores that are no numbers", () => {
  it("NaN everywhere: the first operation, the first edges", () => {
    const { architecture, events } = propose(darts, { order: "fixed" }, () => Number.NaN);
    expect(operationDecisions(events).every(({ operation }) => operation === "max_pool_3x3")).toBe(true);
    expect(operationDecisions(events)[0]?.scores[0]).toEqual(Array.from({ length: 7 }, () => "NaN"));
    expect(operationDecisions(events)[0]?.tie).toEqual({ candidates: 7, brokenBy: "order" });
    expect(darts.parse(darts.format(architecture))).toEqual(architecture);
  });

  it("-Infinity everywhere is a tie; under perturb it beats any number", () => {
    const tie = propose(nasbench201, { order: "fixed" }, () => Number.NEGATIVE_INFINITY);
    for (const { operation, tie: told } of operationDecisions(tie.events)) {
      // The first of those that pass something on, which nothing tells apart.
      expect(operation).toBe("skip_connect");
      expect(told).toEqual({ candidates: 5, brokenBy: "order" });
    }
    const { events } = propose(nasbench201, { order: "fixed" }, (mixture) =>
      mixture["cell"]?.values.some((row) => row[2] === 0 && row[3] !== 0 && row[3] !== 1)
        ? Number.NEGATIVE_INFINITY
        : 5,
    );
    expect(operationDecisions(events).every(({ operation }) => operation === "nor_conv_1x1")).toBe(true);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it("a NaN among numbers never wins", () => {
    let n = 0;
    const { events } = propose(
      nasbench201,
      { order: "fixed" },
      () => [Number.NaN, 4, 3, Number.NaN, 3][n++ % 5] as number,
    );
    expect(operationDecisions(events).every(({ operation }) => operation === "nor_conv_1x1")).toBe(true);
  });
});

it("continues from its state as JSON as if it had not stopped", () => {
  for (const order of edgeOrders) {
    const random = Random.stream(2, "test/json");
    const copies = Random.stream(2, "test/json");
    const evaluate: Evaluate = (mixtures) => ({ scores: mixtures.map(hashed), skipped: 0 });
    const rules = { ...published, order };
    const state = newProposal(dartsNoNone, 0);
    let copy = newProposal(dartsNoNone, 0);
    while (!proposalFinished(dartsNoNone, state)) {
      const events = proposalStep(dartsNoNone, state, uniformMixture(dartsNoNone), rules, evaluate, random);
      copy = JSON.parse(JSON.stringify(copy)) as ProposalState;
      expect(proposalStep(dartsNoNone, copy, uniformMixture(dartsNoNone), rules, evaluate, copies)).toEqual(events);
    }
    expect(copy).toEqual(state);
  }
});
