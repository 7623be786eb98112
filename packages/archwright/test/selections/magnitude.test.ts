/** Magnitude: of which epoch the weights are taken. */
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { findRecipe } from "../../src/methods/registry.ts";
import type { EpochEvent } from "../../src/search/events.ts";
import { magnitude } from "../../src/selections/magnitude.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { SupernetProblem } from "../../src/training/supernets/supernet-problem.ts";
import { alphaOf, rulesOf, setAlpha, smallModel, smallTrainer } from "../training/supernets/support.ts";

/** The answer of a search whose epochs have these validation accuracies, and in whose epoch n operation n is strongest. */
function answerOf(accuracies: readonly number[], take: "last" | "best", resumeAfter?: number): string {
  const make = () => {
    const model = smallModel();
    const trainer = smallTrainer(model, rulesOf("weights"), {
      epochs: accuracies.length,
      stepsPerEpoch: 1,
      evaluate: true,
    });
    const problem = trainer.problem as { -readonly [K in keyof SupernetProblem]: SupernetProblem[K] };
    const running = magnitude.start(model, trainer, { take });
    problem.evaluate = () => {
      const epoch = trainer.plan?.epoch as number;
      setAlpha(
        model,
        alphaOf(model).flatMap(() => [0, 1, 2, 3, 4].map((o) => (o === epoch ? 1 : 0))),
      );
      return { loss: 1, accuracy: accuracies[epoch] as number };
    };
    const close = (): void => {
      running.dispose();
      trainer[Symbol.dispose]();
      model.dispose();
    };
    return { running, close };
  };
  let { running, close } = make();
  let epochs = 0;
  let answer = "";
  while (!running.finished) {
    for (const event of running.step()) {
      if (event.type === "answer") answer = event.architecture;
      if (event.type === "epoch") epochs = (event as EpochEvent).epoch + 1;
    }
    if (epochs !== resumeAfter) continue;
    const { tensors, json } = running.save();
    const other = make();
    other.running.restore({ tensors, json: JSON.parse(JSON.stringify(json)) });
    close();
    ({ running, close } = other);
    resumeAfter = undefined;
  }
  close();
  return answer;
}

const everyEdge = (operation: string): string =>
  `|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`;

describe("the weights are those", () => {
  it("of the last epoch", () => {
    expect(answerOf([0.1, 0.9, 0.2], "last")).toBe(everyEdge("nor_conv_1x1"));
  });

  it("of the epoch with the best validation accuracy where asked for; of equal ones the first (gaea §5)", () => {
    expect(answerOf([0.1, 0.9, 0.2], "best")).toBe(everyEdge("skip_connect"));
    expect(answerOf([0.4, 0.1, 0.4], "best")).toBe(everyEdge("none"));
    expect(answerOf([0, 0, 0], "best")).toBe(everyEdge("none"));
  });

  it("also after a stop behind that epoch", () => {
    expect(answerOf([0.1, 0.9, 0.2], "best", 2)).toBe(everyEdge("skip_connect"));
  });
});

it.each([
  [{ evaluate: false }, "needs the supernet's validation accuracy"],
  [{ evaluate: true, split: "whole" }, "holds none back"],
])("take=best is refused with %j", (set, reason) => {
  const resolve = () => resolveMethod(findRecipe("darts"), { set: { ...set, take: "best" } }, nasbench201);
  expect(resolve).toThrow(expect.objectContaining({ code: "usage", message: expect.stringContaining(reason) }));
});

it("and what an update moves must be where the relaxation has it", () => {
  const resolve = (relaxation: string, update: string) => () =>
    resolveMethod(findRecipe("darts"), { relaxation, update }, nasbench201);
  expect(resolve("simplex", "first-order")).toThrow(
    "first-order moves α anywhere, with simplex it lies on the simplex; choose --update exponentiated-gradient, or --relaxation softmax",
  );
  expect(resolve("softmax", "exponentiated-gradient+random-smoothing")).toThrow("or --relaxation simplex");
  expect(resolve("uniform", "exponentiated-gradient")).toThrow(
    "which uniform keeps fixed; choose --update weights, or",
  );
  expect(resolve("simplex", "weights")).not.toThrow();
  expect(resolve("simplex", "exponentiated-gradient+adversarial")).not.toThrow();
});
