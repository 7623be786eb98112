/** Stages of a training: operations that leave the supernet, and a supernet that is replaced by a wider one on the way. */
import { decodeSafetensors, encodeSafetensors, Generator, scope } from "@archwright/torch";
import "../../networks/leaks.ts";
import { expect, it } from "vitest";
import type { Cell } from "../../../src/networks/cell.ts";
import { BatchNorm } from "../../../src/networks/layers.ts";
import { softmax } from "../../../src/relaxations/softmax.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import type { Relaxation } from "../../../src/search/relaxation.ts";
import { SupernetProblem } from "../../../src/training/supernets/supernet-problem.ts";
import type { Trainer } from "../../../src/training/supernets/trainer.ts";
import type { Task, TrainingPlan } from "../../../src/training/supernets/training-plan.ts";
import { TrainingSearch } from "../../../src/training/supernets/training-search.ts";
import { bits } from "../../updates/support.ts";
import { alphaOf, firstBatch, plan, rulesOf, smallModel, smallTrainer, space, trainable } from "./support.ts";

const inParts = { ...space, sizes: { ...space.sizes, search: { ...space.sizes.search, partial: 4 } } };

/** Average pools and edge 2's convolutions go. */
const gone = (e: number, o: number): boolean => o === 4 || (e === 2 && (o === 2 || o === 3));
const removed = Array.from({ length: 6 }, (_, e) => Array.from({ length: 5 }, (_, o) => gone(e, o)));

it("an operation that was removed has no weight, is not run and gives α no gradient; the others stay as they were", () => {
  using model = smallModel();
  trainable(model);
  const before = model.mixture().cell?.values as number[][];
  model.remove("cell", removed);
  expect(model.mixture().cell?.values).toEqual(before.map((row, e) => row.map((w, o) => (gone(e, o) ? 0 : w))));
  const statistics = (): string[] =>
    [...(model.supernet.blocks[0] as Cell).operations].flatMap(([name, { layers }]) =>
      layers.flatMap((layer) => (layer instanceof BatchNorm ? [`${name} ${layer.runningMean.toArray()}`] : [])),
    );
  const still = statistics();
  scope(() => {
    const problem = new SupernetProblem(model, new Generator(1));
    problem.trainLoss(firstBatch(model, "train"));
    const moved = statistics().filter((line, i) => line !== still[i]);
    // Two convolutions on each edge but edge 2, which is 2<-1... by its nodes.
    expect(moved).toHaveLength(10);
    const { source, target } = space.cells[0]?.edges[2] ?? {};
    expect(moved.some((line) => line.startsWith(`${target}<-${source}:`))).toBe(false);
  });
});

it("what was removed stays removed, and the relaxation is told what is left", () => {
  const told: (readonly (readonly boolean[])[])[] = [];
  const listening: Relaxation = {
    ...softmax,
    create: (context, settings) => ({
      ...softmax.create(context, settings),
      restrict: ([left]) => told.push(left as readonly (readonly boolean[])[]),
    }),
  };
  using model = smallModel(undefined, undefined, listening);
  model.remove("cell", removed);
  model.remove(
    "cell",
    removed.map((row, e) => row.map((_, o) => e === 0 && o === 0)),
  );
  const left = (e: number, o: number): boolean => !gone(e, o) && !(e === 0 && o === 0);
  expect(told[1]).toEqual(removed.map((row, e) => row.map((_, o) => left(e, o))));
  using other = smallModel(undefined, undefined, listening);
  const { tensors, json } = model.save();
  other.restore({ tensors, json: structuredClone(json) });
  expect(told).toHaveLength(3);
  expect(told[2]).toEqual(told[1]);
  expect(other.mixture()).toEqual(model.mixture());
});

/** Two epochs in four parts, then operations go and two epochs follow in two parts. */
function search(model: SearchModel): { trainer: Trainer; running: TrainingSearch } {
  const trainer = smallTrainer(model, rulesOf("first-order"));
  const change = (): Task => {
    let done = false;
    return {
      get finished() {
        return done;
      },
      step() {
        model.remove("cell", removed);
        trainer.widen(2);
        done = true;
        return [];
      },
      save: () => null,
      restore: () => {},
    };
  };
  const own: TrainingPlan = {
    epochs: 4,
    plan: (epoch) => plan(epoch),
    before: (epoch) => (epoch === 2 ? change() : undefined),
    unitsFrom: (epoch) => (epoch <= 2 ? 1 : 0),
    answer: () => [],
    save: () => null,
    restore: () => {},
  };
  return { trainer, running: new TrainingSearch(model, trainer, own) };
}

const everything = (model: SearchModel, trainer: Trainer): string =>
  bits([...alphaOf(model), ...Object.values(model.supernet.state()), ...Object.values(trainer.save().tensors)]);

it("a search goes on from any step, before the supernet was replaced or after it, to the same bits", () => {
  using whole = smallModel(inParts);
  const first = search(whole);
  const states: { tensors: Uint8Array; json: string }[] = [];
  const widths = new Set<number>();
  while (!first.running.finished) {
    const { tensors, json } = first.running.save();
    states.push({ tensors: encodeSafetensors(tensors), json: JSON.stringify(json) });
    widths.add((whole.supernet.blocks[0] as Cell).partial?.seenChannels as number);
    first.running.step();
  }
  expect([...widths]).toEqual([1, 2]);
  const end = everything(whole, first.trainer);
  first.trainer[Symbol.dispose]();
  for (const { tensors, json } of states) {
    using model = smallModel(inParts);
    const { trainer, running } = search(model);
    scope(() => running.restore({ tensors: decodeSafetensors(tensors).tensors, json: JSON.parse(json) }));
    while (!running.finished) running.step();
    expect(everything(model, trainer)).toBe(end);
    trainer[Symbol.dispose]();
  }
});

it("the momenta of the weights are carried over, those of α stay", () => {
  using model = smallModel(inParts);
  using trainer = smallTrainer(model, rulesOf("first-order"));
  trainer.startEpoch(plan(0));
  while (!trainer.epochFinished) trainer.step();
  const moments = (prefix: string): Map<string, string> =>
    new Map(
      Object.entries(trainer.save().tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name, String(value.toArray())]),
    );
  const alpha = moments("architecture.");
  const outside = [...moments("weights.")].filter(([name]) => !name.includes("operations"));
  expect(outside.length).toBeGreaterThan(5);
  trainer.widen(2);
  expect(moments("architecture.")).toEqual(alpha);
  for (const [name, value] of outside) expect(moments("weights.").get(name)).toBe(value);
  const { tensors } = trainer.save();
  const parameters = model.supernet.namedParameters();
  for (const [name, parameter] of parameters) {
    const momentum = tensors[`weights.momentum/${name}`];
    if (momentum !== undefined) expect(momentum.shape).toEqual(parameter.shape);
  }
  const inside = [...parameters.keys()].filter((name) => name.includes("operations"));
  expect(inside.some((name) => tensors[`weights.momentum/${name}`] !== undefined)).toBe(true);
});
