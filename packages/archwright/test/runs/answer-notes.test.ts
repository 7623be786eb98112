/** What is said of an answer: ties, minibatches that said nothing, a supernet at chance, an architecture that no image passes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeAnswer } from "../../src/runs/answer.ts";
import { answerNotes } from "../../src/runs/answer-notes.ts";
import type { EpochEvent, OperationDecision, SearchEvent, ValidationEvent } from "../../src/search/events.ts";
import { cellArchitectures } from "../../src/spaces/architecture-space.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { newRunFile } from "./fake-run.ts";
import { temporaryFolder } from "./temporary.ts";

const dataset = { name: "folder", images: 40, classes: 4, largestClass: 16, sha256: "" };
const about = (events: readonly SearchEvent[], connected = true, of: typeof dataset = dataset) =>
  answerNotes({ dataset: of }, { connected }, events).map(({ kind, message }) => `${kind}: ${message}`);

const decision = (own: Partial<OperationDecision> = {}): OperationDecision => ({
  type: "operation-decision",
  proposal: 0,
  step: 0,
  cell: "cell",
  edges: [0],
  operations: [["none", "skip_connect"]],
  scores: [[1, 1]],
  best: "min",
  edge: 0,
  operation: "none",
  ...own,
});
const epoch = (accuracy: number, evaluated = true): EpochEvent => ({
  type: "epoch",
  epoch: 0,
  phase: "search",
  learningRate: 0.1,
  batch: 4,
  train: { loss: 1, accuracy: 0.99 },
  valid: { loss: 1, accuracy: evaluated ? 0.98 : accuracy },
  ...(evaluated ? { evaluation: { loss: 1, accuracy } } : {}),
  gradientNorms: { weights: 1, alpha: {} },
  facts: {},
  cells: {},
  architecture: "",
});
const validation = (batches: number, skipped: number): ValidationEvent => ({
  type: "validation",
  proposal: 0,
  architecture: "a",
  batches,
  skipped,
  score: "NaN",
});

describe("of a search in which everything was told apart", () => {
  it("nothing is said", () => {
    expect(about([decision(), epoch(0.41), validation(7, 0)])).toEqual([]);
  });
});

describe("ties", () => {
  it("are counted by what broke them", () => {
    const tie = (brokenBy: string) => decision({ tie: { candidates: 2, brokenBy } });
    expect(about([tie("loss"), tie("loss"), tie("order"), decision()])).toEqual([
      "ties: 3 of 4 decisions were ties of the score: loss broke 2, nothing but the order of the list broke 1",
    ]);
  });

  it("of whole architectures say what made the answer", () => {
    const answer = (brokenBy: string): SearchEvent => ({
      type: "answer",
      proposal: 0,
      architecture: "a",
      tie: { candidates: 3, brokenBy },
    });
    expect(about([answer("multiply-adds")])).toEqual([
      "tied-answer: 3 architectures are equally good: multiply-adds decided",
    ]);
    expect(about([answer("order")])[0]).toContain("the first of them is the answer");
  });
});

describe("minibatches that said nothing", () => {
  it("are counted, in decisions and in the validation", () => {
    expect(about([decision({ skipped: 2 }), decision({ skipped: 4 }), decision(), validation(93, 7)])).toEqual([
      "skipped-minibatches: 2 of 3 decisions passed over minibatches on which no two candidates could be told apart, 6 in all",
      "skipped-minibatches: the validation left out 7 of 100 minibatches, on which no proposal had a score or all had the same",
    ]);
  });

  it("all of them: the validation decided nothing", () => {
    expect(about([validation(0, 7), validation(0, 7)])).toEqual([
      "no-validation: the validation could tell none of the 2 proposals apart: no proposal had a score, or all had the same, on any of 7 minibatches",
    ]);
    expect(about([validation(0, 7)])[0]).toContain("the validation has no score for the proposal");
  });
});

describe("a supernet that is no better than one answer for all", () => {
  it("is named, against the most frequent class", () => {
    for (const accuracy of [0.05, 0.25, 0.4]) {
      const [note] = about([epoch(0.9), epoch(accuracy)]);
      expect(note).toContain(`chance: the supernet's validation accuracy ended at ${(100 * accuracy).toFixed(1)} %`);
      expect(note).toContain("no better than the 40.0 %");
    }
    expect(about([epoch(0.1), epoch(0.401)])).toEqual([]);
  });

  it("is known by its validation minibatches where nothing was evaluated, and nothing is said without training", () => {
    expect(about([epoch(0.3, false)])).toHaveLength(1);
    expect(about([epoch(0.5, false)])).toEqual([]);
    expect(about([decision()])).toEqual([]);
  });

  it("of images of one class is always right, which means nothing", () => {
    const one = { ...dataset, classes: 1, largestClass: 40 };
    expect(about([epoch(1)], true, one)[0]).toMatch(/^one-class: all images are of one class/);
  });
});

describe("an architecture that no image passes", () => {
  const space = cellArchitectures(nasbench201);
  const answered = (text: string) => {
    const events = join(temporaryFolder(), "events.jsonl");
    const answer = { type: "answer", proposal: 0, architecture: text, cells: space.parse(text) };
    writeFileSync(events, `${JSON.stringify(answer)}\n`);
    return describeAnswer(space, newRunFile(), events);
  };

  it("is said to be none", () => {
    expect(about([], false)[0]).toContain("no path from its input to its output");
    const blind = answered("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|none~0|none~1|none~2|");
    expect(blind.connected).toBe(false);
    expect(blind.notes?.map(({ kind }) => kind)).toEqual(["disconnected"]);
    const thin = answered("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
    expect(thin).toMatchObject({ connected: true });
    expect(thin.notes).toBeUndefined();
  });
});
