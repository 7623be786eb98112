/** Whole searches by gradients: limits in which two methods are one, and which architecture is the answer. */
import { Generator, noGrad, scope, type Tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { createSearch } from "../../../src/assembly/create.ts";
import type { MethodRequest } from "../../../src/assembly/request.ts";
import { resolveMethod } from "../../../src/assembly/resolve.ts";
import { findRecipe } from "../../../src/methods/registry.ts";
import type {
  AnswerEvent,
  EpochEvent,
  ProposalEvent,
  SearchEvent,
  ValidationEvent,
} from "../../../src/search/events.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { SupernetProblem } from "../../../src/training/supernets/supernet-problem.ts";
import { attack } from "../../../src/updates/adversarial.ts";
import { bits, norm } from "../../updates/support.ts";
import { dataset, firstBatch, smallModel, space } from "./support.ts";

interface Finished {
  readonly events: readonly SearchEvent[];
  readonly epochs: readonly EpochEvent[];
  /** Bits of every tensor of the state. */
  readonly bits: string;
  readonly alpha: readonly number[];
  readonly weights: readonly number[];
}

function search(request: Omit<MethodRequest, "method">, seed = 1): Finished {
  const set = { epochs: 2, batch: 4, stepsPerEpoch: 2, evaluate: false, ...request.set };
  const method = resolveMethod(findRecipe("darts"), { ...request, set }, space);
  const running = createSearch(method, { space, dataset, seed, device: "cpu" });
  const events: SearchEvent[] = [];
  while (!running.finished) events.push(...running.step());
  const { tensors } = running.save();
  const named = (prefix: string): Tensor[] =>
    Object.entries(tensors).flatMap(([name, t]) => (name.startsWith(prefix) ? [t] : []));
  const finished = {
    events,
    epochs: events.filter((event) => event.type === "epoch"),
    bits: bits(Object.values(tensors)),
    alpha: named("alpha.").flatMap((t) => t.toArray()),
    weights: named("supernet.").flatMap((t) => t.toArray()),
  };
  running.dispose();
  return finished;
}

const darts = search({});

const difference = (a: readonly number[], b: readonly number[]): number =>
  norm(a.map((x, i) => x - (b[i] as number))) / norm(b);

describe("limits", () => {
  it("Λ-DARTS with λ = 0 is DARTS, to the bit", () => {
    const found = search({ update: "first-order+alignment", set: { lambda: 0 } });
    expect(found.bits).toBe(darts.bits);
    expect(found.events).toEqual(darts.events);
  });

  it("and with λ > 0 it is not", () => {
    const found = search({ update: "first-order+alignment", set: { lambda: 0.125 } });
    expect(found.bits).not.toBe(darts.bits);
    expect(found.epochs.map(({ facts }) => facts.lambda)).toEqual([undefined, 0.125]);
    expect(Math.abs(found.epochs[1]?.facts.alignment as number)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["random-smoothing", {}],
    ["adversarial", { attackSteps: 2 }],
  ])("SDARTS with radius 0 is DARTS up to rounding: %s", (modifier, set) => {
    const found = search({ update: `first-order+${modifier}`, set: { ...set, radiusStart: 0, radiusEnd: 0 } });
    // Rows that sum to 1 up to 1e-7 are normalized once more.
    expect(difference(found.weights, darts.weights)).toBeLessThan(1e-4);
    expect(difference(found.alpha, darts.alpha)).toBeLessThan(1e-4);
    const wide = search({ update: `first-order+${modifier}`, set: { ...set, radiusStart: 0.3 } });
    expect(difference(wide.weights, darts.weights)).toBeGreaterThan(1e-2);
  });
});

it("regression: the second order silently ignored. Asked for, it makes another search", () => {
  const found = search({ update: "second-order" });
  expect(found.bits).not.toBe(darts.bits);
  // The first epoch begins at the same weights, but its validation losses are those after a virtual step.
  expect(found.epochs[0]?.valid?.loss).not.toBe(darts.epochs[0]?.valid?.loss);
});

it("regression: the perturbation computed on noise. The attack is the worse for the minibatch it is made on", () => {
  using model = smallModel();
  scope(() => {
    const problem = new SupernetProblem(model, new Generator(1));
    const start = noGrad(() => problem.probabilities());
    const targets = [firstBatch(model, "train"), firstBatch(model, "valid")].map((batch) => problem.objective(batch));
    const worst = targets.map((target) => attack(target, start, { radius: 0.3, steps: 7, random: new Generator(3) }));
    const loss = (target: number, rows: number): number =>
      noGrad(() => targets[target]?.loss(worst[rows] as Tensor[], "eval").value.item() as number);
    expect(bits(worst[0] as Tensor[])).not.toBe(bits(worst[1] as Tensor[]));
    expect(loss(0, 0)).toBeGreaterThan(loss(0, 1));
    expect(loss(1, 1)).toBeGreaterThan(loss(1, 0));
  });
});

/** The operation of the largest weight on every edge, by the epoch's report. */
const strongest = ({ cells }: EpochEvent): string[] =>
  (cells.cell?.weights ?? []).map(
    (row) => nasbench201.cells[0]?.operations[0]?.[row.indexOf(Math.max(...row))] as string,
  );

function answerOf(events: readonly SearchEvent[]): AnswerEvent {
  const last = events.at(-1);
  if (last?.type !== "answer") throw new Error(`the last event is ${last?.type}`);
  return last;
}

describe("the answer", () => {
  it("of magnitude is what the weights say after the last epoch, and not before", () => {
    const { events, epochs } = search({ set: { epochs: 3, "architecture.learningRate": 0.05 } });
    expect(epochs).toHaveLength(3);
    const answer = answerOf(events);
    expect(answer.cells?.cell?.choices.map(({ operation }) => operation)).toEqual(strongest(epochs[2] as EpochEvent));
    expect(answer.architecture).toBe(epochs[2]?.architecture);
    expect(answer.architecture).not.toBe(epochs[0]?.architecture);
    expect(events.filter(({ type }) => type === "answer")).toHaveLength(1);
  });

  it("regression: the last one instead of the selected one. Validation chooses among proposals of a trained supernet", () => {
    const ends = [1, 2, 3].map((seed) => {
      const set = { epochs: 1, proposals: 2, validationBatches: 2 };
      const { events, epochs } = search({ selection: "zero-cost-perturbation", set }, seed);
      const proposals = events.filter((event): event is ProposalEvent => event.type === "proposal");
      const validations = events.filter((event): event is ValidationEvent => event.type === "validation");
      const best = validations.reduce((a, b) => (Number(b.score) > Number(a.score) ? b : a));
      const answer = answerOf(events);
      expect(answer.architecture).toBe(best.architecture);
      return { answer: answer.architecture, last: proposals.at(-1)?.architecture, epoch: epochs.at(-1)?.architecture };
    });
    // Some of the three tell these apart: the last proposal, and what magnitude says after the last epoch.
    expect(ends.some(({ answer, last }) => answer !== last)).toBe(true);
    expect(ends.some(({ answer, epoch }) => answer !== epoch)).toBe(true);
  });
});
