/** What an update does between the epochs: its work comes after the selection's decisions, is saved, and may move α. */
import { decodeSafetensors, encodeSafetensors, mulScalar, noGrad, scope } from "@archwright/torch";
import "../../networks/leaks.ts";
import { expect, it } from "vitest";
import type { SearchModel } from "../../../src/search/model.ts";
import type { GradientRules } from "../../../src/training/supernets/gradient-rules.ts";
import type { EpochPlan, Task, TrainingPlan } from "../../../src/training/supernets/training-plan.ts";
import { TrainingSearch } from "../../../src/training/supernets/training-search.ts";
import { bits } from "../../updates/support.ts";
import { alphaOf, plan, rulesOf, smallModel, smallTrainer, watched } from "./support.ts";

/** So many steps, each of which does something. */
function counted(steps: number, work: (step: number) => void): Task {
  let done = 0;
  return {
    get finished() {
      return done >= steps;
    },
    step() {
      work(done++);
      return [];
    },
    save: () => done,
    restore(saved) {
      done = saved as number;
    },
  };
}

/** α grows by a tenth in every step of a task of two. */
const growing = (model: SearchModel, record: (what: string) => void): GradientRules => ({
  ...rulesOf("weights"),
  taskSteps: 2,
  before: (own, { epoch }) => {
    expect(own).toBe(model);
    return counted(2, (step) => {
      record(`α${epoch}.${step}`);
      noGrad(() => scope(() => alphaOf(model).map((row) => row.view().set(mulScalar(row, 1.1).toArray() as never))));
    });
  },
});

/** Three epochs of one step, α still in the first; a task of the selection before the last one and after it. */
const planned = (record: (what: string) => void): TrainingPlan => ({
  epochs: 3,
  plan: (epoch): EpochPlan => plan(epoch, { movesAlpha: epoch > 0 }),
  before: (epoch) => (epoch >= 2 ? counted(1, () => record(`decision${epoch}`)) : undefined),
  unitsFrom: (epoch) => [0, 1, 2, 3].filter((e) => e >= epoch && e >= 2).length,
  answer: () => [],
  save: () => null,
  restore: () => {},
});

function search(model: SearchModel, record: (what: string) => void) {
  const rules = watched(growing(model, record), { weights: () => record("w") });
  const trainer = smallTrainer(model, rules, { stepsPerEpoch: 1 });
  return { trainer, running: new TrainingSearch(model, trainer, planned(record)) };
}

it("comes after the selection's decisions and before the epoch, where the epoch moves α", () => {
  using model = smallModel();
  const seen: string[] = [];
  const { trainer, running } = search(model, (what) => seen.push(what));
  while (!running.finished) {
    running.step();
    const { done, total } = running.progress;
    expect(done).toBeLessThanOrEqual(total);
  }
  trainer[Symbol.dispose]();
  expect(seen).toEqual(["w", "α1.0", "α1.1", "w", "decision2", "α2.0", "α2.1", "w", "decision3"]);
  expect(running.progress.done).toBe(running.progress.total);
});

it("is announced from the start: no unit comes unforeseen", () => {
  using model = smallModel();
  const { trainer, running } = search(model, () => {});
  const totals = new Set<number>();
  while (!running.finished) {
    totals.add(running.progress.total);
    running.step();
  }
  trainer[Symbol.dispose]();
  expect([...totals]).toEqual([10]);
});

it("goes on from any step to the same bits", () => {
  using whole = smallModel();
  const first = search(whole, () => {});
  const states: { tensors: Uint8Array; json: string }[] = [];
  while (!first.running.finished) {
    const { tensors, json } = first.running.save();
    states.push({ tensors: encodeSafetensors(tensors), json: JSON.stringify(json) });
    first.running.step();
  }
  const end = bits([...alphaOf(whole), ...whole.supernet.parameters()]);
  first.trainer[Symbol.dispose]();
  for (const { tensors, json } of states) {
    using model = smallModel();
    const { trainer, running } = search(model, () => {});
    scope(() => running.restore({ tensors: decodeSafetensors(tensors).tensors, json: JSON.parse(json) }));
    while (!running.finished) running.step();
    expect(bits([...alphaOf(model), ...model.supernet.parameters()])).toBe(end);
    trainer[Symbol.dispose]();
  }
});

it("an update's own minibatches are of its size, from the training half, and shift none of the weights'", () => {
  const run = (draws: number): { own: number[]; losses: string } => {
    using model = smallModel();
    const inner = rulesOf("first-order");
    const own: number[] = [];
    const losses: number[] = [];
    const rules: GradientRules = {
      ...inner,
      ownBatch: 5,
      architectureGradient: (problem, batches, optimizer, now) => {
        for (let n = 0; n < draws; n++) own.push((batches.own() as { labels: { size: number } }).labels.size);
        return inner.architectureGradient?.(problem, batches, optimizer, now) as never;
      },
      weightGradient: (...given) => {
        const result = inner.weightGradient(...given);
        losses.push(result.loss);
        return result;
      },
    };
    using trainer = smallTrainer(model, rules);
    trainer.startEpoch(plan(0));
    while (!trainer.epochFinished) trainer.step();
    return { own, losses: String(losses) };
  };
  const [none, three] = [run(0), run(3)];
  expect(three.own).toEqual([5, 5, 2, 5, 5, 2, 5, 5, 2]);
  expect(three.losses).toBe(none.losses);
});
