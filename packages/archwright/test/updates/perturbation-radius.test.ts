/** The radius of SDARTS (sdarts §11.2). */
import { Generator } from "@archwright/torch";
import { expect, it } from "vitest";
import type { Moment } from "../../src/search/moment.ts";
import { radiusAt, radiusSettings } from "../../src/updates/perturbation-radius.ts";

const moment = (epoch: number, phase: Moment["phase"] = "search"): Moment => ({
  epoch,
  epochs: 50,
  phase,
  random: new Generator(0),
});
const published = radiusSettings.parse({});

it("grows linearly from .03 in the first epoch to .2946 in the last of 50", () => {
  expect(radiusAt(published, moment(0))).toBe(0.03);
  expect(radiusAt(published, moment(49))).toBeCloseTo(0.2946, 15);
  const radii = Array.from({ length: 50 }, (_, epoch) => radiusAt(published, moment(epoch)));
  for (const [i, radius] of radii.slice(1).entries()) expect(radius - (radii[i] as number)).toBeCloseTo(0.27 / 50, 15);
});

it("is constant where both ends are equal", () => {
  const constant = radiusSettings.parse({ radiusEnd: 0.03 });
  for (const epoch of [0, 20, 49]) expect(radiusAt(constant, moment(epoch))).toBe(0.03);
});

it("stays at its end while a selection fine-tunes (darts-pt §5)", () => {
  for (const epoch of [50, 77]) expect(radiusAt(published, moment(epoch, "finetune"))).toBe(0.3);
});
