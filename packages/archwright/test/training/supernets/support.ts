/** A supernet of NAS-Bench-201 with four channels on eight by eight pixels: what the updates are tried out on. */
import { call, Generator, noGrad, operator, scope, setThreads, type Tensor, to } from "@archwright/torch";
import type { Dataset } from "../../../src/data/dataset.ts";
import { noiseDataset } from "../../../src/data/noise.ts";
import { Batches } from "../../../src/data/sampler.ts";
import type { ProxyBatch } from "../../../src/proxies/proxy.ts";
import { softmax } from "../../../src/relaxations/softmax.ts";
import { toTensors } from "../../../src/search/minibatch.ts";
import { SearchModel, type SearchModelOptions } from "../../../src/search/model.ts";
import type { Moment } from "../../../src/search/moment.ts";
import type { Relaxation } from "../../../src/search/relaxation.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { Space } from "../../../src/spaces/space.ts";
import type { GradientRules } from "../../../src/training/supernets/gradient-rules.ts";
import { trainingSettings } from "../../../src/training/supernets/settings.ts";
import { Trainer } from "../../../src/training/supernets/trainer.ts";
import type { EpochPlan } from "../../../src/training/supernets/training-plan.ts";
import { findUpdate } from "../../../src/updates/registry.ts";
import { sized } from "../../networks/support.ts";

// Networks of this size gain nothing by a second thread, and wait for it on a busy machine.
setThreads(1);

export const dataset = noiseDataset({ count: 24, size: 8, classes: 3, seed: 1 });
export const space = sized(nasbench201, 4, 1);

/** Dispose of it after use. */
export function smallModel(
  own: Space = space,
  data: Dataset = dataset,
  relaxation: Relaxation = softmax,
  options: SearchModelOptions = {},
): SearchModel {
  return new SearchModel({ space: own, dataset: data, seed: 1, device: "cpu" }, relaxation, options);
}

const setData = operator("aten::set_data");

/** Turns the supernet's state and α into doubles, so that finite differences can be taken. */
export function inDoubles(model: SearchModel): SearchModel {
  noGrad(() =>
    scope(() => {
      const all = [...Object.values(model.supernet.state()), ...alphaOf(model)];
      for (const value of all) call(setData, [value, to(value, { dtype: "float64" })]);
    }),
  );
  return model;
}

/** The first minibatch of either half, as the model's numbers. */
export function firstBatch(model: SearchModel, half: "train" | "valid", batchSize = 6): ProxyBatch {
  return scope(() => {
    const batches = new Batches(model.halves[half], {
      batchSize,
      normalization: model.context.dataset,
      seed: 1,
      name: half,
    });
    const { images, labels } = toTensors(batches.next(), "cpu");
    const { dtype } = model.supernet.classifier.weight;
    return { images: to(images, { dtype }), labels };
  });
}

export const trainable = (model: SearchModel): void => {
  for (const alpha of alphaOf(model)) alpha.requiresGrad = true;
};

/** The parameters of a cell; of all cells where none is named. */
export const alphaOf = (model: SearchModel, cell?: string): Tensor[] =>
  model.alpha.parameters.filter((one) => cell === undefined || one.cell === cell).map(({ tensor }) => tensor);

/** α of a cell, edge after edge. */
export const alphaValues = (model: SearchModel, cell = "cell"): number[] =>
  alphaOf(model, cell).flatMap((row) => row.toArray());

/** Overwrites α of a cell, edge after edge. */
export function setAlpha(model: SearchModel, values: readonly number[], cell = "cell"): void {
  let next = 0;
  for (const row of alphaOf(model, cell)) {
    const view = row.view() as Float32Array | Float64Array;
    for (let o = 0; o < view.length; o++) view[o] = values[next++] as number;
  }
}

/** The rules of `update` or `update+modifier`. */
export function rulesOf(text: string, settings: Readonly<Record<string, unknown>> = {}): GradientRules {
  const { update, modifiers } = findUpdate(text);
  const plain = update.rules?.(settings) as GradientRules;
  return modifiers.reduce((rules, modifier) => modifier.wrap(rules, settings), plain);
}

/** Dispose of it after use. Minibatches of four, no evaluation. */
export function smallTrainer(
  model: SearchModel,
  rules: GradientRules,
  settings: Readonly<Record<string, unknown>> = {},
): Trainer {
  return new Trainer(model, rules, trainingSettings.parse({ batch: 4, evaluate: false, ...settings }));
}

/** In place of the minibatches that an update draws for itself: for those that draw none. */
export const noBatch = (): never => {
  throw new Error("drew a minibatch of its own");
};

/** The first epoch of three. */
export const moment = (): Moment => ({ epoch: 0, epochs: 3, phase: "search", random: new Generator(1) });

export const plan = (epoch: number, changed: Partial<EpochPlan> = {}): EpochPlan => ({
  epoch,
  epochs: 3,
  phase: "search",
  learningRate: 0.025,
  movesAlpha: true,
  batch: 4,
  trainSampling: "epoch",
  ...changed,
});

export function runEpoch(trainer: Trainer, epoch = 0): void {
  trainer.startEpoch(plan(epoch));
  while (!trainer.epochFinished) trainer.step();
}

/** What the gradient rules are given, seen before they run. */
export interface Watcher {
  readonly architecture?: (valid: ProxyBatch, train: () => ProxyBatch) => void;
  readonly weights?: (probabilities: readonly Tensor[]) => void;
}

export function watched(rules: GradientRules, { architecture, weights }: Watcher): GradientRules {
  const { architectureGradient, weightGradient } = rules;
  return {
    ...rules,
    ...(architectureGradient === undefined
      ? {}
      : {
          architectureGradient: (problem, batches, optimizer, moment) => {
            architecture?.(batches.valid as ProxyBatch, batches.train as () => ProxyBatch);
            return architectureGradient(problem, batches, optimizer, moment);
          },
        }),
    weightGradient: (objective, probabilities, moment) => {
      weights?.(probabilities);
      return weightGradient(objective, probabilities, moment);
    },
  };
}
