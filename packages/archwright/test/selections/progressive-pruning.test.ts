/** Stages of DrNAS: what leaves, what stays, when, and what is refused. */
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { findRecipe } from "../../src/methods/registry.ts";
import type { EpochEvent, PruningEvent, SearchEvent } from "../../src/search/events.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { finish, newSearch, ofType } from "../methods/support.ts";
import { sized } from "../networks/support.ts";

const data = noiseDataset({ count: 32, size: 8, classes: 3, seed: 1 });

const run = (set: Readonly<Record<string, unknown>>): SearchEvent[] =>
  finish(
    newSearch({
      method: "drnas-progressive",
      space: sized(nasbench201, 8, 1),
      preset: "small",
      data,
      set: { channels: "auto", cells: "auto", epochs: 6, stepsPerEpoch: 1, batch: 4, evaluate: false, ...set },
    }),
  );

const prunings = (events: readonly SearchEvent[]): PruningEvent[] => ofType(events, "pruning") as PruningEvent[];

describe("progressive-pruning", () => {
  it("leaves the strongest on every edge between stages of equal length, and none comes back", () => {
    const events = run({ keep: [3, 2], widen: [2, 1], stageWarmup: 0 });
    const [first, second] = prunings(events) as [PruningEvent, PruningEvent];
    expect([first.epoch, second.epoch]).toEqual([2, 4]);
    for (const [e, row] of first.kept.entries()) {
      expect(row).toHaveLength(3);
      const strength = first.strength[e] as number[];
      const cut = [...strength].sort((a, b) => b - a)[2] as number;
      expect(row).toEqual((first.operations[e] as string[]).filter((_, o) => (strength[o] as number) >= cut));
      expect(second.kept[e]).toHaveLength(2);
      for (const operation of second.kept[e] as string[]) expect(row).toContain(operation);
    }
    const last = ofType(events, "epoch").at(-1) as EpochEvent;
    for (const [e, row] of (last.cells.cell?.weights ?? []).entries()) {
      expect(row.flatMap((weight, o) => (weight > 0 ? [nasbench201.cells[0]?.operations[e]?.[o]] : []))).toEqual(
        second.kept[e],
      );
      expect(row.reduce((all, own) => all + own, 0)).toBeCloseTo(1, 6);
    }
  });

  it("keeps α where it is in the first epochs of every stage", () => {
    const moved = (ofType(run({ keep: [3], widen: [2], stageWarmup: 2 }), "epoch") as EpochEvent[]).map(
      ({ valid }) => valid !== undefined,
    );
    expect(moved).toEqual([false, false, true, false, false, true]);
  });

  it.each([
    [{ keep: [3], widen: [2, 1] }, "keep has 1 stages and widen 2"],
    [{ keep: [3], widen: [8] }, "a supernet only gets wider"],
    [{ keep: [3, 2, 2, 1, 1, 1, 1], widen: [4, 4, 4, 4, 4, 4, 4] }, "6 epochs are too few for 8 stages"],
  ])("refuses %j", (set, message) => {
    expect(() => run(set)).toThrow(message);
  });

  it("is refused where nothing is trained", () => {
    const space = sized(nasbench201, 8, 1);
    expect(() => resolveMethod(findRecipe("drnas-progressive"), { update: "none" }, space)).toThrow(
      "choose an update that trains",
    );
  });
});
