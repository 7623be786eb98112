/** What holds of every registered method: finite, deterministic, resumable to the bit, leak-free, and it learns. */
import { setThreads } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it, vi } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { type Dataset, emptyImageSet } from "../../src/data/dataset.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { countClasses } from "../../src/data/order.ts";
import { Batches } from "../../src/data/sampler.ts";
import { findRecipe, methods } from "../../src/methods/registry.ts";
import { Random } from "../../src/random.ts";
import type { AnswerEvent, SearchEvent } from "../../src/search/events.ts";
import { cell } from "../../src/spaces/cells.ts";
import { darts } from "../../src/spaces/darts.ts";
import { defineSpace } from "../../src/spaces/define.ts";
import { batchNorm, conv, relu, zero } from "../../src/spaces/layers.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { s3 } from "../../src/spaces/s3.ts";
import { s4 } from "../../src/spaces/s4.ts";
import type { Space } from "../../src/spaces/space.ts";
import { sized } from "../networks/support.ts";
import { type Asked, continued, finish, newSearch, ofType, type Stored, stored } from "./support.ts";

// Networks this small gain nothing from a second thread.
setThreads(1);

const noise = noiseDataset({ count: 32, size: 8, classes: 3, seed: 1 });

/** Every setting that makes a search small; each method takes those it has. */
const tiny: Readonly<Record<string, unknown>> = {
  epochs: 2,
  stepsPerEpoch: 2,
  batch: 4,
  evaluate: false,
  finetuneEpochs: 1,
  comparisonBatches: 1,
  warmup: 1,
  interval: 1,
  batchGrowth: 1,
  proposals: 1,
  validationBatches: 2,
  weightsOnly: 0,
  stageWarmup: 0,
  candidates: 2,
};

/** The small preset has a supernet size of its own; here the space's counts. */
const size = { channels: "auto", cells: "auto" };

const ask = (method: string, more: Partial<Asked> = {}): Asked => {
  const { set = {}, space = sized(nasbench201, 4, 1), ...rest } = more;
  const known = settingsOf(method, space);
  const fitting = Object.fromEntries(Object.entries({ ...tiny, ...set }).filter(([key]) => known.has(key)));
  return { data: noise, ...rest, method, space, preset: "small", set: { ...size, ...fitting } };
};

/** Dotted names of the settings that a method has. */
function settingsOf(method: string, space: Space): Set<string> {
  const names = (tree: object, prefix = ""): string[] =>
    Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "object" && value !== null ? names(value, `${prefix}${key}.`) : [prefix + key],
    );
  return new Set(names(resolveMethod(findRecipe(method), {}, space).settings));
}

const answerOf = (events: readonly SearchEvent[]): AnswerEvent => ofType(events, "answer")[0] as AnswerEvent;

describe.each(methods.map(({ name }) => name))("%s", (method) => {
  it("ends with an architecture, all its numbers finite, the same for the same seed", () => {
    const events = finish(newSearch(ask(method)));
    expect(events.at(-1)?.type).toBe("answer");
    const { architecture, cells } = answerOf(events);
    expect(nasbench201.parse(architecture)).toEqual(cells);
    for (const number of numbersIn(events)) expect(number).toSatisfy(Number.isFinite);
    expect(finish(newSearch(ask(method)))).toEqual(events);
    expect(finish(newSearch(ask(method, { seed: 2 })))).not.toEqual(events);
  });

  it("continues from any step to the same events and the same state", () => {
    const asked = ask(method);
    const running = newSearch(asked);
    const states: Stored[] = [];
    const events: (readonly SearchEvent[])[] = [];
    while (!running.finished) {
      states.push(stored(running.save()));
      events.push(running.step());
    }
    const end = stored(running.save());
    running.dispose();
    // A state goes on by one step, which must leave the state that was saved after it. Of many states, some.
    const stride = Math.ceil(states.length / 20);
    for (const [n, state] of states.entries()) {
      if (n % stride !== 0) continue;
      const later = continued(asked, state);
      expect(later.step(), `step ${n}`).toEqual(events[n]);
      expect(stored(later.save()), `state after step ${n}`).toEqual(states[n + 1] ?? end);
      later.dispose();
    }
    const middle = Math.floor(states.length / 2);
    expect(finish(continued(asked, states[middle] as Stored))).toEqual(events.slice(middle).flat());
  });

  it("finds the operation that alone lets anything through", () => {
    const set = {
      epochs: 4,
      stepsPerEpoch: 25,
      batch: 16,
      warmup: 5,
      batchGrowth: 0,
      comparisonBatches: 2,
      "architecture.learningRate": 0.1,
    };
    const answer = answerOf(finish(newSearch(ask(method, { space: decisive, data: colours, set }))));
    expect(answer.architecture).toBe("|dense~0|");
  });
});

describe("images that come class by class", () => {
  /** 8 of each of four classes, in order. */
  const sorted: Dataset = {
    ...noise,
    train: { ...noise.train, labels: Uint16Array.from({ length: 32 }, (_, n) => Math.floor(n / 8)) },
    classes: ["apples", "boats", "cats", "dogs"],
  };

  it.each(methods.map(({ name }) => name))("%s draws every minibatch from all classes alike", (method) => {
    const drawn = vi.spyOn(Batches.prototype, "next");
    finish(newSearch(ask(method, { data: sorted })));
    expect(drawn.mock.contexts.length).toBeGreaterThan(0);
    for (const { set } of new Set(drawn.mock.contexts as Batches[])) {
      expect([...countClasses(set.labels)]).toEqual([0, 1, 2, 3].map((label) => [label, set.count / 4]));
    }
    drawn.mockRestore();
  });

  const holdsBack = (method: string): boolean =>
    resolveMethod(findRecipe(method), { preset: "small" }, nasbench201).settings.split !== "whole";

  it.each(methods.map(({ name }) => name).filter(holdsBack))(
    "%s refuses a class of one image, by its name",
    (method) => {
      const labels = sorted.train.labels.map((label, n) => (label === 3 && n > 24 ? 2 : label));
      const data = { ...sorted, train: { ...sorted.train, labels } };
      expect(() => newSearch(ask(method, { data }))).toThrow("class dogs has a single image");
    },
  );
});

describe.each([
  ["DARTS", darts],
  ["S3", s3],
  ["S4", s4],
] as const)("in %s", (_, space) => {
  it.each(methods.map(({ name }) => name))("%s finds an architecture of the space", (method) => {
    const small = sized(space, 4, 3);
    const set = { epochs: 1, stepsPerEpoch: 1, batch: 2, batchGrowth: 0, finetuneEpochs: 0 };
    const { architecture } = answerOf(finish(newSearch(ask(method, { space: small, set }))));
    expect(space.format(space.parse(architecture))).toBe(architecture);
    expect(architecture).not.toContain("none");
  });
});

/**
 * One edge, a convolution or nothing at all: without the convolution every image gives the same output. No batch norm
 * follows the cell, which would undo whatever the mixing weight is.
 */
const decisiveCell = cell("cell", { nodes: 2, operations: ["cut", "dense"] });
const decisive = defineSpace({
  name: "decisive",
  title: "a space of the tests",
  source: "none",
  cells: [decisiveCell],
  operations: { cut: () => [zero()], dense: () => [relu(), conv(3, { strided: true }), batchNorm()] },
  sizes: { search: { channels: 4, cells: 1 }, evaluation: { channels: 4, cells: 1 } },
  skeleton: ({ channels, classes }) => ({
    inputChannels: 3,
    stem: { kind: "conv3x3", channels },
    blocks: [
      {
        kind: "cell",
        cell: "cell",
        channels,
        reduction: false,
        inputs: [{ from: -1, channels, preprocess: "relu-conv-bn" }],
      },
    ],
    head: { normalized: false, channels, classes },
  }),
});

/** Images whose class is their brighter colour, class by class as a folder has them. */
const colours: Dataset = (() => {
  const train = emptyImageSet(128, 8, 8, 3);
  const random = Random.stream(5, "colours");
  for (let n = 0; n < train.count; n++) {
    const label = Math.floor(n / 64);
    train.labels[n] = label;
    for (let i = 0; i < 8 * 8 * 3; i++) {
      train.images[n * 8 * 8 * 3 + i] = random.integer(160) + (i % 3 === label ? 95 : 0);
    }
  }
  return { ...noise, train, classes: ["red", "green"], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
})();

/** Every number in a value; scores that JSON has no number for count as what they are. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return [Number(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
