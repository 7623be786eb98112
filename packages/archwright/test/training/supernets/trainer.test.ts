/** The alternation of both steps: which minibatches they see, what each leaves alone, and how a training fails and goes on. */
import { decodeSafetensors, encodeSafetensors, mulScalar, noGrad, scope, type Tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/data/dataset.ts";
import { inOrder } from "../../../src/data/sampler.ts";
import type { Split } from "../../../src/data/split.ts";
import { ArchwrightError } from "../../../src/errors.ts";
import type { ProxyBatch } from "../../../src/proxies/proxy.ts";
import { toTensors } from "../../../src/search/minibatch.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import type { WeightOptimizer } from "../../../src/training/supernets/gradient-rules.ts";
import type { Trainer } from "../../../src/training/supernets/trainer.ts";
import { bits } from "../../updates/support.ts";
import {
  alphaOf,
  alphaValues,
  dataset,
  plan,
  rulesOf,
  runEpoch,
  smallModel,
  smallTrainer,
  watched,
} from "./support.ts";

const SIZE = dataset.train.height * dataset.train.width * dataset.train.channels;

/**
 * Image n is of one brightness, which tells it also after cropping: pixels from outside are black. The classes come in turns,
 * so that the halves are cut by index.
 */
const numbered: Dataset = {
  ...dataset,
  train: {
    ...dataset.train,
    images: dataset.train.images.map((_, i) => 100 + 5 * Math.floor(i / SIZE)),
    labels: dataset.train.labels.map((_, n) => n % 3),
  },
};

/** Numbers of the images of a minibatch. */
function imagesOf({ images }: ProxyBatch): number[] {
  const [count = 0] = images.shape;
  const values = images.toArray();
  const width = values.length / count;
  return Array.from({ length: count }, (_, b) => {
    const brightest = Math.max(...values.slice(b * width, (b + 1) * width));
    const [mean, std] = [dataset.mean[0] as number, dataset.std[0] as number];
    return (Math.round((brightest * std + mean) * 255) - 100) / 5;
  });
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The minibatches of `epochs` epochs, as the architecture step sees them: 12 images in each half. */
function batchesSeen(epochs: number, settings: Readonly<Record<string, unknown>> = {}, split: Split = "halves") {
  const seen: { valid: number[]; train: number[] }[] = [];
  using model = smallModel(undefined, numbered, undefined, { split });
  const rules = watched(rulesOf("first-order"), {
    architecture: (valid, train) => seen.push({ valid: imagesOf(valid), train: imagesOf(train()) }),
  });
  using trainer = smallTrainer(model, rules, settings);
  for (let epoch = 0; epoch < epochs; epoch++) runEpoch(trainer, epoch);
  return seen;
}

describe("regression: the same first minibatch for ever", () => {
  const seen = batchesSeen(3);

  it("training minibatches cover the training half in every epoch, in a new order", () => {
    expect(seen).toHaveLength(9);
    const epochs = [0, 3, 6].map((n) => seen.slice(n, n + 3).flatMap(({ train }) => train));
    for (const epoch of epochs) expect(sorted(epoch)).toEqual(range(0, 12));
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it("validation minibatches are drawn anew at every step, from the validation half", () => {
    const drawn = seen.map(({ valid }) => valid);
    for (const batch of drawn) {
      expect(new Set(batch).size).toBe(4); // without replacement in a minibatch
      for (const n of batch) expect(range(12, 24)).toContain(n);
    }
    expect(new Set(drawn.map((batch) => String(sorted(batch)))).size).toBeGreaterThan(6);
    expect(new Set(drawn.flat()).size).toBe(12);
  });

  it("but cover the validation half where the setting says so, as Λ-DARTS does (lambda-darts §4)", () => {
    const epoch = batchesSeen(1, { validationSampling: "epoch" }).flatMap(({ valid }) => valid);
    expect(sorted(epoch)).toEqual(range(12, 24));
  });

  it("of α have a size of their own where one is set", () => {
    const seen = batchesSeen(1, { validationBatch: 6 });
    expect(seen.map(({ train, valid }) => [train.length, valid.length])).toEqual(Array(3).fill([4, 6]));
  });

  it("of both are of all images, drawn apart from each other, where nothing is held back for α (single-level)", () => {
    const seen = batchesSeen(1, { validationSampling: "epoch" }, "whole");
    expect(seen).toHaveLength(6);
    expect(sorted(seen.flatMap(({ train }) => train))).toEqual(range(0, 24));
    expect(sorted(seen.flatMap(({ valid }) => valid))).toEqual(range(0, 24));
    expect(seen.some(({ train, valid }) => String(train) !== String(valid))).toBe(true);
  });

  it("an epoch of another length goes on in the training half where the last one stopped", () => {
    const epochs = batchesSeen(3, { stepsPerEpoch: 2 });
    expect(epochs).toHaveLength(6);
    expect(sorted(epochs.slice(0, 3).flatMap(({ train }) => train))).toEqual(range(0, 12));
  });
});

const weightBits = (model: SearchModel): string => bits(model.supernet.parameters());
const alphaBits = (model: SearchModel): string => bits(alphaOf(model));

it.each([
  ["halves", 6],
  ["whole", 6],
] as const)(
  "an epoch on %s has %d units: the evaluation is of images that were held back, or there is none",
  (split, units) => {
    using model = smallModel(undefined, undefined, undefined, { split });
    using trainer = smallTrainer(model, rulesOf("first-order"), { split, evaluate: true });
    runEpoch(trainer);
    expect(trainer.stepsDone).toBe(units);
    expect("evaluation.accuracy" in trainer.sums).toBe(split === "halves");
  },
);

describe("each step moves its own", () => {
  it.each([
    ["first-order"],
    ["second-order"],
    ["first-order+adversarial"],
    ["first-order+random-smoothing"],
    ["first-order+alignment"],
  ])("α's step leaves w, and w's step leaves α, to the bit: %s", (update) => {
    using model = smallModel();
    const seen: { step: string; w: string; alpha: string }[] = [];
    const record = (step: string) => () => seen.push({ step, w: weightBits(model), alpha: alphaBits(model) });
    const rules = watched(rulesOf(update), { architecture: record("alpha"), weights: record("w") });
    using trainer = smallTrainer(model, rules);
    trainer.startEpoch(plan(1));
    for (let n = 0; n < 2; n++) trainer.step();
    record("end")();
    expect(seen.map(({ step }) => step)).toEqual(["alpha", "w", "alpha", "w", "end"]);
    for (const [i, { step, w, alpha }] of seen.slice(0, -1).entries()) {
      const next = seen[i + 1] as (typeof seen)[number];
      expect(next.w === w).toBe(step === "alpha");
      expect(next.alpha === alpha).toBe(step === "w");
    }
  });

  it("α stays in an epoch whose plan says so, and the weights move as in any other", () => {
    using model = smallModel();
    const steps: string[] = [];
    const rules = watched(rulesOf("first-order"), {
      architecture: () => steps.push("α"),
      weights: () => steps.push("w"),
    });
    using trainer = smallTrainer(model, rules);
    trainer.startEpoch(plan(0, { movesAlpha: false }));
    const before = alphaBits(model);
    while (!trainer.epochFinished) trainer.step();
    expect(steps.join("")).toBe("www");
    expect(alphaBits(model)).toBe(before);
    runEpoch(trainer, 1);
    expect(steps.join("")).toBe("wwwαwαwαw");
  });

  it("weights alone: α never moves", () => {
    using model = smallModel();
    const before = alphaBits(model);
    using trainer = smallTrainer(model, rulesOf("weights"));
    runEpoch(trainer);
    expect(alphaBits(model)).toBe(before);
  });
});

describe("order", () => {
  const orderOf = (update: string, settings: Readonly<Record<string, unknown>>): string => {
    using model = smallModel();
    const order: string[] = [];
    const rules = watched(rulesOf(update, settings), {
      architecture: () => order.push("α"),
      weights: () => order.push("w"),
    });
    using trainer = smallTrainer(model, rules, settings);
    trainer.startEpoch(plan(0));
    for (let n = 0; n < 2; n++) trainer.step();
    return order.join("");
  };

  it("is α first, or w first where asked, and T weight steps before each step of α", () => {
    expect(orderOf("first-order", {})).toBe("αwαw");
    expect(orderOf("first-order", { stepOrder: "weights-first" })).toBe("wαwα");
    const inner = { innerSteps: 3, terms: 0 };
    expect(orderOf("implicit", { ...inner, stepOrder: "weights-first" })).toBe("wwwαwwwα");
    expect(orderOf("implicit", { ...inner, stepOrder: "alpha-first" })).toBe("αwwwαwww");
  });

  it("α is given the minibatch of the weight step that follows it, and one of its own after weight steps", () => {
    const trainBatches = (epochs: number, settings?: Readonly<Record<string, unknown>>) =>
      batchesSeen(epochs, settings).map(({ train }) => train);
    const draws = trainBatches(2);
    expect(new Set(draws.map(String)).size).toBe(6);
    // One draw goes to w, the next to α.
    expect(trainBatches(1, { stepOrder: "weights-first" })).toEqual([draws[1], draws[3], draws[5]]);
  });
});

it("second-order updates are told of the optimizer: the epoch's rate, and its momentum from the second step on", () => {
  using model = smallModel();
  const told: WeightOptimizer[] = [];
  const rules = rulesOf("first-order");
  using trainer = smallTrainer(model, {
    ...rules,
    architectureGradient: (problem, batches, optimizer, moment) => {
      const { buffers } = optimizer;
      const own = trainer.save().tensors;
      const names = [...model.supernet.namedParameters().keys()];
      const saved = names.map((name) => own[`weights.momentum/${name}`]);
      if (buffers !== undefined) expect(bits(buffers)).toBe(bits(saved.flatMap((t) => t ?? [])));
      told.push({ ...optimizer });
      return rules.architectureGradient?.(problem, batches, optimizer, moment) as never;
    },
  });
  trainer.startEpoch(plan(0, { learningRate: 0.0125 }));
  trainer.step();
  trainer.step();
  expect(told[0]).toEqual({
    learningRate: 0.0125,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 3e-4,
    clip: 5,
    buffers: undefined,
  });
  expect(told[1]?.buffers).toHaveLength(model.supernet.parameters().length);
  expect(told[1]?.learningRate).toBe(0.0125);
});

it("rows of decided edges do not move at all, not even by Adam's weight decay or its momentum (sgas §5)", () => {
  using model = smallModel();
  using trainer = smallTrainer(model, rulesOf("first-order"));
  runEpoch(trainer, 0);
  const decisions = model.decisions.cell as { chosen: (number | null)[]; dropped: boolean[] };
  decisions.chosen[1] = 3;
  decisions.dropped[4] = true;
  const row = (values: readonly number[], e: number): string => String(values.slice(5 * e, 5 * e + 5));
  const before = alphaValues(model);
  runEpoch(trainer, 1);
  const after = alphaValues(model);
  for (const e of [0, 1, 2, 3, 4, 5]) expect(row(after, e) === row(before, e), `edge ${e}`).toBe(e === 1 || e === 4);
});

describe("an update that counts steps of the weights", () => {
  it.each([
    ["auto", "αwwαw"],
    [5, "αwwαwwαw"],
    [2, "αww"],
  ])("has as many in an epoch as the setting says, each step of α followed by its own: %s", (stepsPerEpoch, order) => {
    using model = smallModel();
    const steps: string[] = [];
    const rules = watched(
      { ...rulesOf("first-order"), innerSteps: 2, epochOf: "weights" },
      { architecture: () => steps.push("α"), weights: () => steps.push("w") },
    );
    using trainer = smallTrainer(model, rules, { stepsPerEpoch });
    runEpoch(trainer);
    expect(steps.join("")).toBe(order);
  });
});

describe("a loss that is not a number", () => {
  it.each(["first-order", "weights"])(
    "ends the training with an error that names epoch, step and rate: %s",
    (update) => {
      using model = smallModel();
      using trainer = smallTrainer(model, rulesOf(update));
      trainer.startEpoch(plan(2));
      trainer.step();
      noGrad(() => (model.supernet.classifier.weight.view() as Float32Array).fill(Number.NaN));
      let thrown: unknown;
      try {
        trainer.step();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ArchwrightError);
      expect(thrown).toMatchObject({ code: "training", details: { epoch: 2, step: 1, value: Number.NaN } });
      const { message } = thrown as Error;
      expect(message).toContain("in epoch 3, step 2");
      expect(message).toContain("0.0250");
      expect(message).not.toContain("\n");
    },
  );

  it("is found by its gradient too, where the loss itself is finite", () => {
    using model = smallModel();
    const rules = rulesOf("weights");
    using trainer = smallTrainer(model, {
      ...rules,
      weightGradient: (...given) => {
        const result = rules.weightGradient(...given);
        const broken = noGrad(() => mulScalar(result.gradients[0] as Tensor, Number.POSITIVE_INFINITY));
        return { ...result, gradients: [broken, ...result.gradients.slice(1)] };
      },
    });
    trainer.startEpoch(plan(0));
    const before = weightBits(model);
    expect(() => trainer.step()).toThrow(expect.objectContaining({ code: "training" }));
    expect(weightBits(model)).toBe(before);
  });
});

describe("a trainer that is stopped within an epoch", () => {
  const all = (model: SearchModel, trainer: Trainer) =>
    encodeSafetensors({ ...model.save().tensors, ...trainer.save().tensors });

  it.each(["second-order", "first-order+random-smoothing"])("goes on to the same bits: %s", (update) => {
    using model = smallModel();
    using trainer = smallTrainer(model, rulesOf(update));
    runEpoch(trainer, 0);
    trainer.startEpoch(plan(1));
    trainer.step();
    const json = JSON.stringify(trainer.save().json);
    const stored = all(model, trainer);
    const ownJson = model.save().json;
    using other = smallModel();
    using later = smallTrainer(other, rulesOf(update));
    scope(() => {
      const { tensors } = decodeSafetensors(stored);
      other.restore({ tensors, json: ownJson });
      const own = Object.entries(tensors).filter(([name]) => !name.startsWith("alpha."));
      later.restore(Object.fromEntries(own), JSON.parse(json));
    });
    expect(later.stepsDone).toBe(1);
    for (const each of [trainer, later]) while (!each.epochFinished) each.step();
    expect(Buffer.from(all(other, later)).equals(Buffer.from(all(model, trainer)))).toBe(true);
    expect(later.sums).toEqual(trainer.sums);
  });
});

it("a minibatch larger than a half is refused with what to do", () => {
  using model = smallModel();
  expect(() => smallTrainer(model, rulesOf("weights"), { batch: 13 })).toThrow(
    expect.objectContaining({ code: "data" }),
  );
});

it("after its steps an epoch evaluates the validation half once, in order and as it is", () => {
  using model = smallModel();
  using trainer = smallTrainer(model, rulesOf("weights"), { evaluate: true });
  runEpoch(trainer);
  let total = 0;
  for (const batch of inOrder(model.halves.valid, 4, dataset)) {
    total += scope(() => trainer.problem.evaluate(toTensors(batch, "cpu")).loss) * batch.size;
  }
  const { sum, count } = trainer.sums["evaluation.loss"] as { sum: number; count: number };
  expect(count).toBe(12);
  expect(sum).toBeCloseTo(total, 4);
});
