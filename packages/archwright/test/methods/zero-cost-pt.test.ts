/** Whole searches on small networks: deterministic, resumable at every step, leak-free. */
import "../networks/leaks.ts";
import { describe, expect, it, vi } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { type Batch, Batches } from "../../src/data/sampler.ts";
import { nwotEval } from "../../src/proxies/nwot-eval.ts";
import type { ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { softmax } from "../../src/relaxations/softmax.ts";
import type { AnswerEvent, ProposalEvent, SearchEvent, ValidationEvent } from "../../src/search/events.ts";
import { SearchModel } from "../../src/search/model.ts";
import { type Search, searchEvents } from "../../src/search/search.ts";
import { type ZeroCostOptions, ZeroCostSearch } from "../../src/selections/zero-cost/search.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { s1 } from "../../src/spaces/s1.ts";
import { s4 } from "../../src/spaces/s4.ts";
import type { Space } from "../../src/spaces/space.ts";
import { sized } from "../networks/support.ts";
import { continued, finish, newSearch, ofType, restoreStored, type Stored, stored } from "./support.ts";

const dataset = noiseDataset({ count: 24, size: 8, classes: 3, seed: 1 });

/** All images are black, also where the crops reach beyond them: they are equal, and every score is -Infinity. */
const monotonous: Dataset = {
  ...dataset,
  mean: [0, 0, 0],
  train: { ...dataset.train, images: dataset.train.images.map(() => 0) },
};

interface Asked {
  readonly space?: Space;
  readonly seed?: number;
  readonly data?: Dataset;
  readonly relaxation?: string;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** What is asked for, with what the tests leave out. */
const whole = ({ space = sized(nasbench201, 4, 1), data = dataset, set = {}, ...rest }: Asked = {}) => ({
  ...rest,
  method: "zero-cost-pt",
  space,
  data,
  set: { proposals: 2, validationBatches: 7, batch: 4, ...set },
});

const search = (asked: Asked = {}): Search => newSearch(whole(asked));
const all = (asked: Asked = {}): SearchEvent[] => finish(search(asked));

describe("a search", () => {
  const events = all();

  it("gives the same events for the same seed, and others for another", () => {
    expect(all()).toEqual(events);
    expect(all({ seed: 2 })).not.toEqual(events);
  });

  it("ends with the proposal of the largest validated score", () => {
    const proposals: ProposalEvent[] = ofType(events, "proposal");
    const validations: ValidationEvent[] = ofType(events, "validation");
    const answers: AnswerEvent[] = ofType(events, "answer");
    expect(proposals.map(({ proposal }) => proposal)).toEqual([0, 1]);
    expect(ofType(events, "operation-decision")).toHaveLength(2 * 6);
    expect(new Set(validations.map(({ architecture }) => architecture))).toEqual(
      new Set(proposals.map(({ architecture }) => architecture)),
    );
    expect(answers).toHaveLength(1);
    expect(events.at(-1)).toBe(answers[0]);
    const best = validations.reduce((a, b) => (Number(b.score) > Number(a.score) ? b : a));
    expect(answers[0]).toMatchObject({ architecture: best.architecture, proposal: best.proposal });
    expect(nasbench201.parse((answers[0] as AnswerEvent).architecture)).toEqual((answers[0] as AnswerEvent).cells);
    for (const { batches } of validations) expect(batches).toBe(7);
  });

  it("is the same as an asynchronous sequence", async () => {
    const running = search();
    const seen: SearchEvent[] = [];
    for await (const event of searchEvents(running)) seen.push(event);
    running.dispose();
    expect(seen).toEqual(events);
  });
});

describe("images that come class by class", () => {
  it("are in every minibatch, of the search and of the validation", () => {
    const drawn = vi.spyOn(Batches.prototype, "next");
    const sorted = noiseDataset({ count: 160, size: 8, classes: 4, seed: 1 });
    for (let n = 0; n < 160; n++) sorted.train.labels[n] = Math.floor(n / 40);
    // Two minibatches of 32 validate: the first 64 images, which in the files are of two classes.
    all({ data: sorted, set: { proposals: 1, validationBatches: 2, batch: 32 } });
    expect(drawn.mock.results.length).toBeGreaterThan(2);
    for (const { value } of drawn.mock.results) {
      expect(new Set((value as Batch).labels)).toEqual(new Set([0, 1, 2, 3]));
    }
    drawn.mockRestore();
  });
});

describe("fewer images than the validation takes", () => {
  it("come round again, never twice in a minibatch", () => {
    const drawn = vi.spyOn(Batches.prototype, "next");
    all({ set: { proposals: 1, validationBatches: 20, batch: 5 } });
    const validation = (drawn.mock.results as { value: Batch }[]).slice(-20);
    expect(new Set(validation.flatMap(({ value }) => [...value.indices])).size).toBe(24);
    for (const { value } of validation) expect(new Set(value.indices).size).toBe(5);
    drawn.mockRestore();
  });
});

describe("a search that is stopped", () => {
  const cases: [string, Asked][] = [
    ["in NAS-Bench-201, α drawn anew", {}],
    ["with scores of -Infinity", { data: monotonous, set: { proposals: 1 } }],
    ["in a global order, decided once", { set: { order: "global-op-once", proposals: 1 } }],
    [
      "in S4, whose noise is drawn as it goes",
      { space: sized(s4, 4, 3), set: { proposals: 1, validationBatches: 6, batch: 2 } },
    ],
  ];

  it.each(cases)("continues from any step to the same events: %s", (_, asked) => {
    const expected = all(asked);
    const first = search(asked);
    const states = [stored(first.save())];
    const counts = [0];
    const seen: SearchEvent[] = [];
    while (!first.finished) {
      seen.push(...first.step());
      states.push(stored(first.save()));
      counts.push(seen.length);
    }
    first.dispose();
    expect(seen).toEqual(expected);
    // Each state goes on by one step, which must leave the state that was saved after it: so all lead to the end.
    for (const [n, state] of states.entries()) {
      const later = continued(whole(asked), state);
      expect(stored(later.save()), `state ${n}`).toEqual(state);
      expect(later.finished).toBe(n === states.length - 1);
      if (!later.finished) {
        expect(later.step(), `step ${n}`).toEqual(expected.slice(counts[n], counts[n + 1]));
        expect(stored(later.save()), `state after ${n}`).toEqual(states[n + 1]);
      }
      later.dispose();
    }
    // And one of them all the way.
    const middle = Math.floor(states.length / 2);
    expect(finish(continued(whole(asked), states[middle] as Stored))).toEqual(expected.slice(counts[middle]));
  });

  it("keeps scores of -Infinity, for which JSON has no number", () => {
    const running = search({ data: monotonous, set: { proposals: 1, validationBatches: 6 } });
    while (ofType(running.step(), "proposal").length === 0);
    running.step();
    const { progress } = running.save().json as { progress: { scores: unknown } };
    expect(progress.scores).toEqual([Array.from({ length: 5 }, () => "-Infinity")]);
    running.dispose();
  });

  it("can also go back: a search that has gone further takes an earlier state", () => {
    const running = search();
    for (let n = 0; n < 3; n++) running.step();
    const state = stored(running.save());
    const expected: SearchEvent[] = [];
    while (!running.finished) expected.push(...running.step());
    restoreStored(running, state);
    expect(finish(running)).toEqual(expected);
  });
});

describe("proposals that repeat each other", () => {
  it("are validated once", () => {
    // With equal images and weights nothing tells operations apart, so every proposal takes the same one on every edge.
    const events = all({ data: monotonous, relaxation: "uniform", set: { proposals: 3 } });
    expect(ofType(events, "proposal")).toHaveLength(3);
    expect(new Set(ofType(events, "proposal").map(({ architecture }) => architecture)).size).toBe(1);
    expect(ofType(events, "validation").map(({ proposal }) => proposal)).toEqual([0]);
    expect(ofType(events, "answer")[0]?.proposal).toBe(0);
  });
});

describe("images that are equal", () => {
  it("all of them: nothing is told apart, and every event and the answer say so", () => {
    const events = all({ data: monotonous, set: { proposals: 3 } });
    const decisions = ofType(events, "operation-decision");
    for (const { tie, skipped, operation, operations, scores } of decisions) {
      expect(tie).toEqual({ candidates: 5, brokenBy: "mixing weight" });
      expect(skipped).toBe(4);
      expect(scores[0]).toEqual(operations[0]?.map(() => "-Infinity"));
      expect(operations[0]).toContain(operation);
    }
    // The first name in the list has no privilege.
    expect(new Set(decisions.map(({ operation }) => operation)).size).toBeGreaterThan(1);
    for (const validation of ofType(events, "validation")) {
      expect(validation).toMatchObject({ score: "NaN", batches: 0, skipped: 7 });
    }
    expect(ofType(events, "answer")[0]?.tie?.candidates).toBe(ofType(events, "validation").length);
  });

  it("two of many: validation scores are numbers, and differ", () => {
    const { train } = dataset;
    const images = train.images.map((value, i) => (i < 2 * 3 * 8 * 8 ? 0 : value));
    const data = { ...dataset, mean: [0, 0, 0], train: { ...train, images } };
    const events = all({ data, seed: 3, set: { proposals: 3, validationBatches: 12, batch: 6 } });
    const validations = ofType(events, "validation");
    expect(validations.length).toBeGreaterThan(1);
    for (const { batches, skipped = 0 } of validations) {
      expect(batches).toBeGreaterThan(0);
      expect(batches + skipped).toBe(12);
    }
    const scores = validations.map(({ score }) => Number(score));
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(new Set(scores).size).toBe(scores.length);
  });

  it("a minibatch on which no operation has a score is passed over for the next", () => {
    let minibatches = 0;
    const fickle: ZeroCostProxy = {
      ...nwotEval,
      prepare: () => ({
        score: (_, mixtures) => {
          minibatches++;
          return mixtures.map((_mixture, o) => (minibatches % 3 === 0 ? 5 - o : Number.NEGATIVE_INFINITY));
        },
        [Symbol.dispose]: () => undefined,
      }),
    };
    const context = { space: sized(nasbench201, 4, 1), dataset, seed: 1, device: "cpu" };
    using model = new SearchModel(context, softmax);
    const options = zeroCostOptions({ proxy: fickle });
    const running = new ZeroCostSearch(model, options);
    const [decision] = running.step();
    expect(decision).toMatchObject({ operation: "avg_pool_3x3", scores: [[5, 4, 3, 2, 1]], skipped: 2 });
    expect(decision).not.toHaveProperty("tie");
    running.dispose();
  });
});

const zeroCostOptions = (own: Pick<ZeroCostOptions, "proxy">): ZeroCostOptions => ({
  rule: "perturb",
  order: "fixed",
  releasedOnce: false,
  topology: "cumulative",
  proposals: 1,
  validationBatches: 1,
  batchSize: 4,
  redrawAlpha: false,
  countBlocked: false,
  ...own,
});

describe("settings", () => {
  it("the uniform relaxation starts from equal weights, so removing none never matters within a step", () => {
    const events = all({ relaxation: "uniform", set: { order: "global-op-iter", proposals: 1, validationBatches: 1 } });
    const [first] = ofType(events, "operation-decision");
    const none = first?.scores.map((row) => row[0]);
    expect(new Set(none).size).toBe(1); // zero-cost-pt §12.1
    expect(first?.edges).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("α is drawn anew for each proposal in a single-cell space, and kept where asked", () => {
    const alphas = (alpha: string): string[] => {
      const running = search({ set: { alpha, proposals: 2 } });
      const seen: string[] = [];
      for (let n = 0; n < 12; n++) {
        running.step();
        const alpha = Object.entries(running.save().tensors).filter(([name]) => name.startsWith("alpha."));
        seen.push(alpha.map(([, tensor]) => tensor.toArray().join()).join(";"));
      }
      running.dispose();
      return [...new Set(seen)];
    };
    expect(alphas("auto")).toHaveLength(2);
    expect(alphas("fresh")).toHaveLength(2);
    expect(alphas("kept")).toHaveLength(1);
  });

  it("finds architectures of S1 by either rule", () => {
    for (const rule of ["perturb", "discretize"]) {
      const space = sized(s1, 4, 3);
      const events = all({ space, set: { rule, proposals: 1, validationBatches: 1, batch: 2 } });
      const [answer] = ofType(events, "answer") as [AnswerEvent];
      expect(space.format(space.parse(answer.architecture))).toBe(answer.architecture);
    }
  });

  it("that the data cannot serve are refused, and nothing is left behind", () => {
    expect(() => search({ set: { batch: 13 } })).toThrow(expect.objectContaining({ code: "data" }));
  });
});
