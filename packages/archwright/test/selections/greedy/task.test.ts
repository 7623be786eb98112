/** SGAS's decisions as a state machine, from random α in every epoch (sgas §4, §11.2). */
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { noiseDataset } from "../../../src/data/noise.ts";
import { softmax } from "../../../src/relaxations/softmax.ts";
import { decidedArchitecture } from "../../../src/search/decisions.ts";
import type { OperationDecision, SearchEvent, TopologyDecision } from "../../../src/search/events.ts";
import { SearchModel } from "../../../src/search/model.ts";
import { greedySchedule } from "../../../src/selections/greedy/schedule.ts";
import { type GreedyContext, GreedyTask } from "../../../src/selections/greedy/task.ts";
import { incomingEdges } from "../../../src/spaces/cells.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { Space } from "../../../src/spaces/space.ts";
import { sized } from "../../networks/support.ts";
import { setAlpha } from "../../training/supernets/support.ts";

const dataset = noiseDataset({ count: 8, size: 8, classes: 3, seed: 1 });

describe("the schedule", () => {
  const schedule = greedySchedule(darts, { warmup: 9, interval: 5 });

  it("of the DARTS space: 50 epochs, eight decisions after 9, 14, ..., 44", () => {
    const epochs = Array.from({ length: schedule.epochs }, (_, t) => t);
    expect(schedule).toMatchObject({ epochs: 50, decisions: 8 });
    expect(epochs.filter(schedule.decidesAfter)).toEqual([9, 14, 19, 24, 29, 34, 39, 44]);
  });

  it("grows the minibatch by 8 from the epoch after each decision, up to 128", () => {
    const batch = (epoch: number): number => 64 + 8 * schedule.decidedBefore(epoch);
    expect([0, 9, 10, 14, 15, 44, 45, 49].map(batch)).toEqual([64, 64, 72, 72, 80, 120, 128, 128]);
  });

  it("takes 64 epochs with an interval of 7", () => {
    expect(greedySchedule(darts, { warmup: 9, interval: 7 }).epochs).toBe(64);
  });

  it("decides all six edges of NAS-Bench-201, where nothing is pruned", () => {
    expect(greedySchedule(nasbench201, { warmup: 9, interval: 5 })).toMatchObject({ decisions: 6, epochs: 40 });
  });
});

function decide(space: Space, criterion: 1 | 2): { model: SearchModel; events: SearchEvent[] } {
  const model = new SearchModel({ space: sized(space, 4, 3), dataset, seed: 3, device: "cpu" }, softmax);
  const context: GreedyContext = { model, criterion, remember: 4, comparer: undefined, history: {}, nextStep: 0 };
  const schedule = greedySchedule(space, { warmup: 1, interval: 2 });
  const events: SearchEvent[] = [];
  for (let epoch = 0; epoch < schedule.epochs; epoch++) {
    model.redrawAlpha();
    const task = new GreedyTask(context, schedule.decidesAfter(epoch));
    while (!task.finished) events.push(...task.step());
  }
  expect(context.history[space.cells[0]?.name as string]).toHaveLength(4);
  return { model, events };
}

const operations = (events: readonly SearchEvent[], cell: string): OperationDecision[] =>
  events.filter((event) => event.type === "operation-decision").filter((event) => event.cell === cell);
const prunings = (events: readonly SearchEvent[], cell: string): TopologyDecision[] =>
  events.filter((event) => event.type === "topology-decision").filter((event) => event.cell === cell);

describe.each([1, 2] as const)("criterion %d", (criterion) => {
  it("leaves every node of a DARTS cell two chosen edges and prunes the other six", () => {
    const { model, events } = decide(darts, criterion);
    for (const cell of darts.cells) {
      const { chosen, dropped } = model.decisions[cell.name] as (typeof model.decisions)[string];
      expect(operations(events, cell.name)).toHaveLength(8);
      expect(dropped.filter(Boolean)).toHaveLength(6);
      for (const node of [2, 3, 4, 5]) {
        const incoming = incomingEdges(cell, node);
        expect(incoming.filter((e) => chosen[e] !== null && !dropped[e])).toHaveLength(2);
        expect(incoming.filter((e) => chosen[e] === null && dropped[e])).toHaveLength(incoming.length - 2);
      }
      // A node loses its other edges in the call that gave it its second one.
      for (const { step, node, kept } of prunings(events, cell.name)) {
        const before = operations(events, cell.name).find((decision) => decision.step === step - 1);
        expect(kept).toContain(before?.edge);
        expect(cell.edges[before?.edge as number]?.target).toBe(node);
      }
      expect(
        prunings(events, cell.name)
          .map(({ node }) => node)
          .sort(),
      ).toEqual([3, 4, 5]);
    }
    const { architecture } = { architecture: decidedArchitecture(darts, model.decisions) };
    expect(darts.parse(darts.format(architecture))).toEqual(architecture);
    model.dispose();
  });

  it("decides the open edge of the largest score, for the operation of the largest share but none", () => {
    const { model, events } = decide(darts, criterion);
    for (const decision of events.filter((event) => event.type === "operation-decision")) {
      const scores = (decision.edgeScores ?? []).map(Number);
      const at = decision.edges.indexOf(decision.edge);
      expect(scores[at]).toBe(Math.max(...scores));
      const shares = (decision.scores[at] ?? []).map(Number);
      expect(decision.operations[at]?.[shares.indexOf(Math.max(...shares))]).toBe(decision.operation);
      expect(decision.operations.flat()).not.toContain("none");
    }
    model.dispose();
  });

  it("prunes nothing in NAS-Bench-201", () => {
    const { model, events } = decide(nasbench201, criterion);
    expect(operations(events, "cell")).toHaveLength(6);
    expect(prunings(events, "cell")).toEqual([]);
    model.dispose();
  });
});

it("edges whose score is 0 are told apart by their importance", () => {
  const model = new SearchModel({ space: sized(nasbench201, 4, 3), dataset, seed: 3, device: "cpu" }, softmax);
  const context: GreedyContext = { model, criterion: 1, remember: 4, comparer: undefined, history: {}, nextStep: 0 };
  // Of the open edges, 4 is the least important of all and 5 the least certain: both products are 0.
  const rows = [0, 0, 0, 0, 4, 0].flatMap((none, e) => [none, e === 5 ? 0 : 2, 0, 0, 0]);
  setAlpha(model, rows);
  for (const e of [0, 1, 2, 3]) (model.decisions.cell as (typeof model.decisions)[string]).chosen[e] = 1;
  const [decision] = new GreedyTask(context, true).step();
  expect(decision).toMatchObject({
    edges: [4, 5],
    edge: 5,
    edgeScores: [0, 0],
    edgeTie: { candidates: 2, brokenBy: "importance" },
    tie: { candidates: 4, brokenBy: "order" },
  });
  model.dispose();
});
