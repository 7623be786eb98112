/** The report of an epoch, on numbers that are known. */
import "../../networks/leaks.ts";
import { expect, it } from "vitest";
import { softmax } from "../../../src/relaxations/softmax.ts";
import type { SearchEvent } from "../../../src/search/events.ts";
import type { Relaxation } from "../../../src/search/relaxation.ts";
import { epochEvent } from "../../../src/training/supernets/epoch-event.ts";
import type { GradientRules } from "../../../src/training/supernets/gradient-rules.ts";
import { trainingAlone } from "../../../src/training/supernets/search-epochs.ts";
import { plan, rulesOf, setAlpha, smallModel, smallTrainer } from "./support.ts";

it("has means of the epoch, and the cells as they are at its end", () => {
  using model = smallModel();
  let step = 0;
  const rules: GradientRules = {
    ...rulesOf("first-order"),
    // Known losses in place of a pass; no gradients, so that nothing moves.
    architectureGradient: () => ({
      gradients: model.alpha.parameters.map(() => null),
      loss: 10 * ++step,
      accuracy: 0.25,
    }),
    weightGradient: ({ weights }) => ({
      gradients: weights.map(() => null),
      loss: step,
      accuracy: 0.5,
      facts: { radius: 0.1 * step },
    }),
  };
  using trainer = smallTrainer(model, rules, { evaluate: true });
  trainer.startEpoch(plan(1, { learningRate: 0.0125 }));
  // Row 0 decides for skip_connect (1), row 1 is even, the others are of none (0) and nothing else.
  const values = Array.from({ length: 30 }, (_, i) => (i === 1 || (i >= 10 && i % 5 === 0) ? 200 : 0));
  setAlpha(model, values);
  while (!trainer.epochFinished) trainer.step();
  const event = epochEvent(model, trainer);
  expect(event).toMatchObject({ type: "epoch", epoch: 1, phase: "search", learningRate: 0.0125, batch: 4 });
  expect(event.train).toEqual({ loss: 2, accuracy: 0.5 });
  expect(event.valid).toEqual({ loss: 20, accuracy: 0.25 });
  expect(event.evaluation?.loss).toBeGreaterThan(0);
  expect(event.facts.radius).toBeCloseTo(0.2, 12);
  expect(event.gradientNorms).toEqual({ weights: 0, alpha: {} });
  expect(event.cells.cell?.alpha.flat()).toEqual(values);
  expect(event.cells.cell?.entropy).toBeCloseTo(Math.log(5) / 6, 6);
  // Of even weights none is not the largest.
  expect(event.cells.cell?.skips).toBe(2);
  expect(event.architecture).toBe("|skip_connect~0|+|skip_connect~0|none~1|+|none~0|none~1|none~2|");
  // A decided edge takes no part in the entropy.
  (model.decisions.cell as { chosen: (number | null)[] }).chosen[1] = 2;
  const decided = epochEvent(model, trainer).cells.cell;
  expect(decided?.entropy).toBe(0);
  expect(decided?.skips).toBe(1);
});

it("has what the relaxation reports of the epoch, which it is asked for at every end of one", () => {
  let ended = 0;
  const reporting: Relaxation = {
    ...softmax,
    create: (context, settings) => ({
      ...softmax.create(context, settings),
      epochEnded: () => ({ flips: 3 + ended++ }),
    }),
  };
  using model = smallModel(undefined, undefined, reporting);
  using trainer = smallTrainer(model, rulesOf("first-order"), { epochs: 2, stepsPerEpoch: 1 });
  const running = trainingAlone(model, trainer);
  const events: SearchEvent[] = [];
  while (!running.finished) events.push(...running.step());
  expect(events.map((event) => (event.type === "epoch" ? event.facts : {}))).toEqual([{ flips: 3 }, { flips: 4 }]);
});
