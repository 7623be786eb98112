/** One whole run each of DARTS-PT's and SGAS's selection, with everything that trainer and comparison do on record. */
import { noGrad, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import type { CellMixture, Mixture } from "../../src/networks/mixture.ts";
import type { EpochEvent, OperationDecision, SearchEvent } from "../../src/search/events.ts";
import type { SearchModel } from "../../src/search/model.ts";
import { greedy } from "../../src/selections/greedy.ts";
import { perturbation } from "../../src/selections/perturbation.ts";
import type { Selection } from "../../src/selections/selection.ts";
import type { GradientRules } from "../../src/training/supernets/gradient-rules.ts";
import { dataset, rulesOf, smallModel, smallTrainer } from "../training/supernets/support.ts";

const [SIZE, CHANNELS] = [dataset.train.width, dataset.train.channels];
const PIXELS = SIZE * SIZE * CHANNELS;

/** Columns on the left that are as bright as the image's number says; no shift by four pixels moves them all away. */
const BRIGHT = 5;

/** Classes in turns, so that the halves are cut by index. */
const numbered: Dataset = {
  ...dataset,
  train: {
    ...dataset.train,
    images: dataset.train.images.map((_, i) =>
      Math.floor(i / CHANNELS) % SIZE < BRIGHT ? 100 + 5 * Math.floor(i / PIXELS) : 50,
    ),
    labels: dataset.train.labels.map((_, n) => n % 3),
  },
};

interface Seen {
  /** Numbers of the images: the training half has 0 to 11, the validation half 12 to 23. */
  readonly images: readonly number[];
  /** How many of them were shifted or mirrored. */
  readonly augmented: number;
}

/** What a minibatch holds, [batch, channels, height, width]. */
function seenIn(images: Tensor): Seen {
  const [count = 0] = images.shape;
  const values = images.toArray();
  const byte = (value: number): number =>
    Math.round((value * (dataset.std[0] as number) + (dataset.mean[0] as number)) * 255);
  const planes = Array.from({ length: count }, (_, b) => values.slice(b * PIXELS, b * PIXELS + SIZE * SIZE).map(byte));
  const original = (plane: readonly number[]): boolean =>
    plane.every((value, i) => (value > 50 ? i % SIZE < BRIGHT : value === 50 && i % SIZE >= BRIGHT));
  return {
    images: planes.map((plane) => (Math.max(...plane) - 100) / 5),
    augmented: planes.filter((plane) => !original(plane)).length,
  };
}

interface WeightStep {
  readonly step: "w";
  readonly epoch: number;
  readonly phase: string;
  readonly train: Seen;
}

interface AlphaStep {
  readonly step: "α";
  readonly rate: number;
  readonly momentum: boolean;
  readonly valid: Seen;
}

/** A forward pass of a comparison. */
interface Pass {
  readonly step: "pass";
  readonly mode: string;
  readonly gradients: boolean;
  readonly seen: Seen;
  readonly mixture: CellMixture;
}

type Record = WeightStep | AlphaStep | Pass | SearchEvent;

/** Runs `selection` on a supernet that is trained by the first order, minibatches of four; every step in order. */
function recorded(selection: Selection, settings: Readonly<{ [name: string]: unknown }>, training = {}): Record[] {
  const records: Record[] = [];
  using model = smallModel(undefined, numbered);
  const inner = rulesOf("first-order");
  let training_ = false;
  const within = <T>(body: () => T): T => {
    training_ = true;
    const result = body();
    training_ = false;
    return result;
  };
  const rules: GradientRules = {
    ...inner,
    architectureGradient: (problem, batches, optimizer, moment) => {
      const valid = seenIn((batches.valid as unknown as { images: Tensor }).images);
      records.push({ step: "α", rate: optimizer.learningRate, momentum: optimizer.buffers !== undefined, valid });
      return within(() => inner.architectureGradient?.(problem, batches, optimizer, moment) as never);
    },
    weightGradient: (objective, probabilities, moment) => {
      const { epoch, phase } = moment;
      const before = records.length;
      records.push({ step: "w", epoch, phase, train: { images: [], augmented: 0 } });
      watchForward(model, ({ images }) => {
        records[before] = { step: "w", epoch, phase, train: seenIn(images) };
      });
      const result = within(() => inner.weightGradient(objective, probabilities, moment));
      watchForward(model, compare);
      return result;
    },
  };
  const compare = ({ images, mode, mixture, logits }: Forwarded): void => {
    if (training_) return;
    const own = (mixture as Mixture).cell as CellMixture;
    records.push({ step: "pass", mode, gradients: logits.requiresGrad, seen: seenIn(images), mixture: own });
  };
  watchForward(model, compare);
  using trainer = smallTrainer(model, rules, training);
  const running = selection.start(model, trainer, settings);
  while (!running.finished) records.push(...running.step());
  running.dispose();
  return records;
}

interface Forwarded {
  readonly images: Tensor;
  readonly mode: string;
  readonly mixture: unknown;
  readonly logits: Tensor;
}

/** Shows every pass of the supernet to `watch`. */
function watchForward(model: SearchModel, watch: (pass: Forwarded) => void): void {
  const { supernet } = model;
  const plain = Object.getPrototypeOf(supernet).forward as typeof supernet.forward;
  supernet.forward = (images, context, mixture) => {
    const outputs = plain.call(supernet, images, context, mixture);
    noGrad(() => watch({ images, mode: context.mode, mixture, logits: outputs.logits }));
    return outputs;
  };
}

const isStep = <S extends "w" | "α" | "pass">(records: readonly Record[], step: S) =>
  records.filter((record): record is Extract<Record, { step: S }> => (record as { step?: unknown }).step === step);
const epochsOf = (records: readonly Record[]): EpochEvent[] =>
  records.filter((record): record is EpochEvent => (record as SearchEvent).type === "epoch");
const isDecision = (record: Record): record is OperationDecision =>
  (record as SearchEvent).type === "operation-decision";

/** Epochs that were over when each decision was made. */
const decidedAfter = (records: readonly Record[]): number[] =>
  records.flatMap((record, i) => (isDecision(record) ? [epochsOf(records.slice(0, i)).length] : []));

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("DARTS-PT: two epochs of search, two of fine-tuning between decisions", () => {
  const records = recorded(perturbation, { finetuneEpochs: 2 }, { epochs: 2, trainSampling: "independent" });
  const weightSteps = isStep(records, "w");
  const inEpoch = (epoch: number): WeightStep[] => weightSteps.filter((step) => step.epoch === epoch);

  it("decides before the fine-tuning epochs 0, 2, 4, 6, 8 and the last, 9 (darts-pt §6)", () => {
    expect(decidedAfter(records)).toEqual([2, 4, 6, 8, 10, 11]);
    expect(epochsOf(records)).toHaveLength(2 + 10);
  });

  it("has the rates 0.025 and 0.013 of the cosine in the search, a constant tenth of 0.025 after it (§5)", () => {
    const rates = epochsOf(records).map(({ learningRate }) => learningRate);
    expect(rates.slice(0, 2)).toEqual([0.025, expect.closeTo(0.013, 12)]);
    expect(new Set(rates.slice(2))).toEqual(new Set([0.0025]));
    const used = isStep(records, "α").map(({ rate }) => rate);
    expect(used).toEqual(rates.flatMap((rate) => [rate, rate, rate]));
  });

  it("searches, then fine-tunes, with minibatches of four from the training half, augmented", () => {
    expect(epochsOf(records).map(({ phase }) => phase)).toEqual(
      range(0, 12).map((e) => (e < 2 ? "search" : "finetune")),
    );
    expect(weightSteps.map(({ phase }) => phase)).toEqual(range(0, 36).map((n) => (n < 6 ? "search" : "finetune")));
    for (const { train } of weightSteps) {
      expect(train.images).toHaveLength(4);
      for (const n of train.images) expect(range(0, 12)).toContain(n);
    }
    expect(sum(weightSteps.map(({ train }) => train.augmented))).toBeGreaterThan(100); // of 144: one in 162 stays as it is
  });

  it("draws training minibatches anew in the search, and goes through the half once in every epoch after it (§5, §8)", () => {
    const images = (epoch: number): number[] => sorted(inEpoch(epoch).flatMap(({ train }) => train.images));
    for (let epoch = 2; epoch < 12; epoch++) expect(images(epoch)).toEqual(range(0, 12));
    expect([0, 1].some((epoch) => String(images(epoch)) !== String(range(0, 12)))).toBe(true);
    const orders = range(2, 12).map((epoch) => String(inEpoch(epoch).map(({ train }) => train.images)));
    expect(new Set(orders).size).toBe(10);
  });

  it("moves α in both phases, on the validation half, augmented", () => {
    const steps = isStep(records, "α");
    expect(steps).toHaveLength(36);
    for (const { valid } of steps) for (const n of valid.images) expect(range(12, 24)).toContain(n);
    expect(sum(steps.map(({ valid }) => valid.augmented))).toBeGreaterThan(100);
  });

  it("forgets the momentum of the weights once, when the fine-tuning begins (§5)", () => {
    const fresh = isStep(records, "α").flatMap(({ momentum }, n) => (momentum ? [] : [n]));
    expect(fresh).toEqual([0, 6]);
  });

  describe("a comparison", () => {
    /** The passes before each decision. */
    const comparisons = records.reduce<{ passes: Pass[]; decision: OperationDecision }[]>((all, record, i) => {
      if (!isDecision(record)) return all;
      const before = records.slice(0, i);
      const from = before.findLastIndex((r) => isDecision(r) || (r as SearchEvent).type === "epoch");
      all.push({ passes: isStep(before.slice(from + 1), "pass"), decision: record });
      return all;
    }, []);

    it("runs without gradients, batch norm by the minibatch (§5)", () => {
      const passes = comparisons.flatMap((comparison) => comparison.passes);
      expect(passes).toHaveLength(6 * 5 * 3);
      expect(new Set(passes.map(({ mode }) => mode))).toEqual(new Set(["train"]));
      expect(passes.some(({ gradients }) => gradients)).toBe(false);
    });

    it("goes through the whole validation half, augmented, the same for every operation", () => {
      for (const { passes } of comparisons) {
        const batches = range(0, 3).map((n) => passes.slice(5 * n, 5 * n + 5));
        for (const batch of batches) {
          for (const { seen } of batch) expect(seen).toEqual(batch[0]?.seen);
        }
        expect(sorted(batches.flatMap((batch) => batch[0]?.seen.images ?? []))).toEqual(range(12, 24));
        expect(sum(batches.map((batch) => batch[0]?.seen.augmented ?? 0))).toBeGreaterThan(6);
      }
      const orders = comparisons.map(({ passes }) => String(passes.map(({ seen }) => seen.images)));
      expect(new Set(orders).size).toBe(6);
    });

    it("removes one operation of the edge each, renormalizes nothing, and sees earlier decisions (§2)", () => {
      const decided = new Map<number, number>();
      for (const { passes, decision } of comparisons) {
        for (const [i, { mixture }] of passes.entries()) {
          const rows = mixture.values;
          const row = rows[decision.edge] as readonly number[];
          expect(row.indexOf(0)).toBe(i % 5);
          expect(sum(row)).toBeGreaterThan(0.7);
          expect(sum(row)).toBeLessThan(0.9);
          for (const [edge, operation] of decided) expect(rows[edge]?.[operation]).toBe(1);
        }
        const accuracies = decision.scores[0] as number[];
        decided.set(decision.edge, accuracies.indexOf(Math.min(...accuracies)));
        expect(accuracies.every((share) => share >= 0 && share <= 1)).toBe(true);
      }
      expect(decided.size).toBe(6);
    });
  });
});

describe("SGAS: one epoch of warm-up, a decision every second epoch, minibatches that grow by one", () => {
  const settings = { warmup: 1, interval: 2, history: 2, batchGrowth: 1 };
  const records = recorded(greedy, settings, { epochs: 50 });

  it("decides after the epochs 1, 3, 5, … and ends six epochs after the last (sgas §4)", () => {
    expect(decidedAfter(records)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(epochsOf(records)).toHaveLength(1 + 2 * 5 + 6);
  });

  it("has a cosine over these epochs, whatever the setting says", () => {
    const expected = range(0, 17).map((t) => 0.001 + 0.012 * (1 + Math.cos((Math.PI * t) / 17)));
    for (const [t, { learningRate }] of epochsOf(records).entries()) {
      expect(learningRate).toBeCloseTo(expected[t] as number, 12);
    }
  });

  it("grows its minibatches from the epoch after each decision on, of both halves (§4.3)", () => {
    const sizes = [4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 10, 10, 10];
    expect(epochsOf(records).map(({ batch }) => batch)).toEqual(sizes);
    const weightSteps = isStep(records, "w");
    for (const [epoch, size] of sizes.entries()) {
      const own = weightSteps.filter((step) => step.epoch === epoch);
      expect(own).toHaveLength(Math.ceil(12 / size));
      expect(own[0]?.train.images).toHaveLength(size);
      expect(sorted(own.flatMap(({ train }) => train.images))).toEqual(range(0, 12));
    }
    const valid = isStep(records, "α").map((step) => step.valid);
    expect(valid.map(({ images }) => images.length)).toEqual(
      sizes.flatMap((size) => Array.from({ length: Math.ceil(12 / size) }, () => size)),
    );
    for (const { images } of valid) for (const n of images) expect(range(12, 24)).toContain(n);
  });

  it("searches throughout and keeps its momentum", () => {
    expect(new Set(epochsOf(records).map(({ phase }) => phase))).toEqual(new Set(["search"]));
    expect(isStep(records, "α").flatMap(({ momentum }, n) => (momentum ? [] : [n]))).toEqual([0]);
  });
});
