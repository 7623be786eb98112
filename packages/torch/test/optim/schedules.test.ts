/** Learning-rate schedules: closed forms. */
import { expect, test } from "vitest";
import { cosineSchedule, linearSchedule, stepSchedule, warmUp } from "../../src/index.ts";
import { thrown } from "../support/error.ts";

test("cosine: the ends, the middle, and a third of the way", () => {
  const schedule = cosineSchedule({ initial: 0.025, minimum: 0.001, epochs: 60 });
  expect(schedule(0)).toBeCloseTo(0.025, 15);
  expect(schedule(20)).toBeCloseTo(0.001 + 0.024 * 0.75, 15); // cos(π/3) = 1/2
  expect(schedule(30)).toBeCloseTo(0.013, 15);
  expect(schedule(60)).toBeCloseTo(0.001, 15);
  expect(schedule(70)).toBeCloseTo(0.001, 15);
});

test("cosine has minimum 0 by default", () => {
  expect(cosineSchedule({ initial: 1, epochs: 4 })(4)).toBe(0);
});

test("linear: a straight line, then the minimum", () => {
  const schedule = linearSchedule({ initial: 1, minimum: 0.5, epochs: 10 });
  expect([0, 1, 5, 10, 11].map(schedule)).toEqual([1, 0.95, 0.75, 0.5, 0.5]);
});

test("step: the factor after every period", () => {
  const schedule = stepSchedule({ initial: 8, every: 3, factor: 0.5 });
  expect([0, 2, 3, 5, 6].map(schedule)).toEqual([8, 8, 4, 4, 2]);
});

test("warm-up scales the first epochs only", () => {
  const schedule = warmUp(() => 1, 5);
  expect([0, 1, 4, 5, 6].map(schedule)).toEqual([0.2, 0.4, 1, 1, 1]);
  expect(warmUp(() => 1, 0)(0)).toBe(1);
});

test("bad settings are refused by name", () => {
  expect(thrown(() => cosineSchedule({ initial: 1, epochs: 0 })).argument).toBe("epochs");
  expect(thrown(() => stepSchedule({ initial: 1, every: 0, factor: 1 })).argument).toBe("every");
  expect(thrown(() => linearSchedule({ initial: Number.NaN, epochs: 1 })).argument).toBe("initial");
  expect(thrown(() => warmUp(() => 1, -1)).argument).toBe("epochs");
});
