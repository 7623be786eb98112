/** SDARTS-ADV: the weights are trained at the worst probabilities nearby (Chen and Hsieh, ICML 2020; sdarts §4). */
import { add, clamp, clone, grad, mulScalar, noGrad, scope, sign, sub, type Tensor } from "@archwright/torch";
import { z } from "zod";
import type { Moment } from "../search/moment.ts";
import type { TrainObjective } from "../training/supernets/bilevel-problem.ts";
import { clip } from "./bilevel/simplex.ts";
import { radiusAt, radiusSettings } from "./perturbation-radius.ts";
import { withNoise } from "./random-smoothing.ts";
import type { UpdateModifier } from "./update.ts";

const settings = radiusSettings.extend({
  attackSteps: z.int().min(1).max(100).default(7).describe("steps n of the ascent, each of size 2ε/n"),
});

export const adversarial: UpdateModifier = {
  name: "adversarial",
  title: "weight steps at the worst probabilities nearby",
  source: "Chen and Hsieh, ICML 2020, SDARTS-ADV",
  kind: "perturbation",
  settings,
  wrap(rules, values) {
    const { attackSteps, ...radii } = settings.parse(values);
    return {
      ...rules,
      weightGradient(objective, probabilities, moment) {
        const radius = radiusAt(radii, moment);
        return scope(() => {
          const worst = attack(objective, probabilities, { radius, steps: attackSteps, random: moment.random });
          const result = rules.weightGradient(objective, worst, moment);
          return { ...result, facts: { ...result.facts, radius } };
        });
      },
    };
  },
};

export interface AttackOptions {
  /** ε: bound of the perturbation in the maximum norm. */
  readonly radius: number;
  readonly steps: number;
  readonly random: Moment["random"];
  /** What keeps rows valid. @default the simplex projection of SDARTS */
  readonly project?: (rows: Tensor) => Tensor;
}

/**
 * Projected sign-gradient ascent of the loss in P, from a random start, batch norm in evaluation mode. Gives P back
 * unchanged where the loss did not grow.
 */
export function attack(objective: TrainObjective, start: readonly Tensor[], options: AttackOptions): Tensor[] {
  const { radius, steps, random, project = clip } = options;
  return scope(() => {
    const lossAt = (rows: readonly Tensor[]): number =>
      noGrad(() => scope(() => objective.loss(rows, "eval").value.item()));
    let rows = start.map((p) => project(withNoise(p, radius, random)));
    for (let n = 0; n < steps; n++) {
      const directions = ascent(objective, rows);
      rows = rows.map((p, i) => step(p, directions[i] as Tensor, start[i] as Tensor));
    }
    return lossAt(rows) < lossAt(start) ? start.map((p) => noGrad(() => clone(p))) : rows;
  });

  function step(p: Tensor, direction: Tensor, center: Tensor): Tensor {
    return noGrad(() =>
      scope(() => {
        const moved = add(p, mulScalar(direction, (2 * radius) / steps));
        const delta = clamp(sub(moved, center), { min: -radius, max: radius });
        return project(add(center, delta));
      }),
    );
  }
}

/** sign(∇P L), one tensor for each of P. */
function ascent(objective: TrainObjective, rows: readonly Tensor[]): Tensor[] {
  return scope(() => {
    const leaves = rows.map(leaf);
    const { value } = objective.loss(leaves, "eval");
    return noGrad(() => grad(value, leaves).map((gradient) => sign(gradient)));
  });
}

/** A copy that gradients are taken in. */
export function leaf(values: Tensor): Tensor {
  const copy = noGrad(() => clone(values));
  copy.requiresGrad = true;
  return copy;
}
