/** The attack on the probabilities: exact on linear losses, never of use to the loss (sdarts §11.4). */
import {
  add,
  Generator,
  matmul,
  mul,
  mulScalar,
  neg,
  noGrad,
  scope,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "@archwright/torch";
import "../networks/leaks.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import type { Moment } from "../../src/search/moment.ts";
import type { TrainObjective } from "../../src/training/supernets/bilevel-problem.ts";
import type { GradientRules } from "../../src/training/supernets/gradient-rules.ts";
import { adversarial, attack } from "../../src/updates/adversarial.ts";
import { clip } from "../../src/updates/bilevel/simplex.ts";
import { firstOrder } from "../../src/updates/first-order.ts";
import { withNoise } from "../../src/updates/random-smoothing.ts";
import { bits, cellsToy, constant, distance, leaf, norm, numbers, objective } from "./support.ts";

/** A loss in the probabilities of one cell alone. */
const lossOf = (loss: (rows: Tensor) => Tensor): TrainObjective =>
  cellsToy({ weights: [], cells: [0], loss: ([rows]) => loss(rows as Tensor) });

const unclipped = (rows: Tensor): Tensor => rows;
const lossAt = (target: TrainObjective, rows: readonly Tensor[]): number =>
  noGrad(() => scope(() => target.loss(rows, "eval").value.item()));

const ROWS = [
  [0.5, 0.3, 0.2],
  [0.1, 0.6, 0.3],
];
const start = (): Tensor => constant(ROWS.flat(), [2, 3]);

describe("a linear loss bᵀp without the projection", () => {
  const nonzero = fc.double({ min: 0.01, max: 5, noNaN: true });
  const slopes = fc.array(
    fc.tuple(nonzero, fc.boolean()).map(([x, minus]) => (minus ? -x : x)),
    { minLength: 6, maxLength: 6 },
  );

  it("is raised by ε·|b|₁ by δ = ε·sign(b), from any start in the ball: 7 steps of 2ε/7 cross it", () => {
    fc.assert(
      fc.property(slopes, fc.double({ min: 0.01, max: 0.3, noNaN: true }), fc.nat(1000), (b, radius, seed) => {
        scope(() => {
          const target = lossOf((rows) => sum(mul(rows, constant(b, [2, 3]))));
          const options = { radius, steps: 7, random: new Generator(seed), project: unclipped };
          const worst = attack(target, [start()], options);
          const delta = numbers(worst).map((x, i) => x - (ROWS.flat()[i] as number));
          expect(
            distance(
              delta,
              b.map((x) => radius * Math.sign(x)),
            ),
          ).toBeLessThan(1e-14);
          const raised = lossAt(target, worst) - lossAt(target, [start()]);
          expect(raised).toBeCloseTo(radius * b.reduce((s, x) => s + Math.abs(x), 0), 12);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("starts at random: where the loss has no slope it stays there (sdarts §4)", () => {
    scope(() => {
      // A loss without slope leaves the attack where it began.
      const target = lossOf((rows) => sum(mul(rows, constant([0, 0, 0, 0, 0, 0], [2, 3]))));
      const ends = [1, 2].map((seed) => {
        const options = { radius: 0.1, steps: 1, random: new Generator(seed), project: unclipped };
        return numbers(attack(target, [start()], options));
      });
      for (const end of ends) expect(distance(end, ROWS.flat())).toBeGreaterThan(1e-3);
      expect(distance(ends[0] as number[], ends[1] as number[])).toBeGreaterThan(1e-3);
    });
  });

  it("takes steps of 2ε/n for any n", () => {
    for (const steps of [1, 2, 20]) {
      scope(() => {
        const target = lossOf((rows) => sum(rows));
        const worst = attack(target, [start()], { radius: 0.1, steps, random: new Generator(1), project: unclipped });
        expect(
          distance(
            numbers(worst),
            ROWS.flat().map((x) => x + 0.1),
          ),
        ).toBeLessThan(1e-14);
      });
    }
  });
});

describe("with the projection", () => {
  it("gives points of the simplex, and never a lower loss", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 0.5, noNaN: true }), (seed, radius) => {
        scope(() => {
          const random = Random.stream(seed, "test/loss");
          const b = constant(
            Array.from({ length: 6 }, () => random.normal()),
            [2, 3],
          );
          const target = lossOf((rows) => sum(mul(square(sub(rows, b)), b)));
          const worst = attack(target, [start()], { radius, steps: 7, random: new Generator(seed) });
          const values = numbers(worst);
          for (const x of values) expect(x).toBeGreaterThanOrEqual(0);
          for (const row of [values.slice(0, 3), values.slice(3)])
            expect(row.reduce((s, x) => s + x)).toBeCloseTo(1, 12);
          expect(lossAt(target, worst)).toBeGreaterThanOrEqual(lossAt(target, [start()]));
        });
      }),
      { numRuns: 30 },
    );
  });

  it("gives P itself, to the bit, where the loss did not grow", () => {
    scope(() => {
      const original = start();
      // P is the only maximum, and steps of the size of the ball do not find back to it.
      const target = lossOf((rows) => neg(sum(square(sub(rows, start())))));
      const worst = attack(target, [original], { radius: 0.2, steps: 7, random: new Generator(1) });
      expect(bits(worst)).toBe(bits([original]));
      expect(worst[0]).not.toBe(original);
    });
  });

  it("raises the loss of small smooth nets more than the best of 10 random draws does on average", () => {
    const gains = Array.from({ length: 10 }, (_, seed) =>
      scope(() => {
        const random = Random.stream(seed, "test/net");
        const draw = (shape: readonly [number, number]): Tensor =>
          constant(
            Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
            shape,
          );
        const [first, second, goal] = [draw([3, 8]), draw([8, 2]), draw([2, 2])];
        const target = lossOf((rows) => sum(square(sub(matmul(tanh(matmul(rows, first)), second), goal))));
        const still = lossAt(target, [start()]);
        const generator = new Generator(seed);
        const worst = attack(target, [start()], { radius: 0.1, steps: 7, random: generator });
        const drawn = Array.from({ length: 10 }, () => lossAt(target, [clip(withNoise(start(), 0.1, generator))]));
        return { attacked: lossAt(target, worst) - still, drawn: Math.max(...drawn) - still };
      }),
    );
    const mean = (key: "attacked" | "drawn"): number => gains.reduce((total, gain) => total + gain[key], 0) / 10;
    expect(mean("attacked")).toBeGreaterThan(mean("drawn"));
    for (const { attacked } of gains) expect(attacked).toBeGreaterThanOrEqual(0);
  });
});

describe("the modifier", () => {
  const rules = firstOrder.rules?.({}) as GradientRules;
  const moment = (): Moment => ({ epoch: 0, epochs: 1, phase: "finetune", random: new Generator(5) });

  it("attacks in evaluation mode and takes the weight gradient in training mode", () => {
    scope(() => {
      const w = leaf([3]);
      const modes: string[] = [];
      const target: TrainObjective = {
        ...cellsToy({ weights: [w], cells: [0], loss: () => mulScalar(w, 1) }),
        loss: ([rows], mode = "train") => {
          modes.push(mode);
          return objective(sum(mul(w, rows as Tensor)));
        },
      };
      const { gradients, facts } = adversarial
        .wrap(rules, { attackSteps: 3 })
        .weightGradient(target, [start()], moment());
      expect(modes).toEqual(["eval", "eval", "eval", "eval", "eval", "train"]); // 3 ascents, 2 losses, the weights
      expect(numbers(gradients)[0]).toBeCloseTo(2, 12); // the sum of two rows
      expect(facts).toEqual({ radius: 0.3 });
    });
  });

  it("ascends the loss of the training minibatch it is given: another minibatch, another perturbation", () => {
    scope(() => {
      const seen: number[][] = [];
      const recording: GradientRules = {
        ...rules,
        weightGradient: (target, probabilities, at) => {
          seen.push(numbers(probabilities));
          return rules.weightGradient(target, probabilities, at);
        },
      };
      const wrapped = adversarial.wrap(recording, {});
      const w = leaf([1]);
      const batch = (b: readonly number[]): TrainObjective =>
        cellsToy({
          weights: [w],
          cells: [0],
          loss: ([rows]) => add(sum(mul(rows as Tensor, constant(b, [2, 3]))), sum(w)),
        });
      const [one, other] = [batch([1, -1, 0.5, 2, -1, 1]), batch([-1, 1, -0.5, -2, 1, -1])];
      for (const target of [one, other]) wrapped.weightGradient(target, [start()], moment());
      const loss = (target: TrainObjective, rows: number[] | undefined) =>
        lossAt(target, [constant(rows ?? [], [2, 3])]);
      // The same random start, yet each perturbation is the worse one for the minibatch that it was made on.
      expect(loss(one, seen[0])).toBeGreaterThan(loss(one, seen[1]) + 0.5);
      expect(loss(other, seen[1])).toBeGreaterThan(loss(other, seen[0]) + 0.5);
      expect(norm(numbers([start()]))).toBe(norm(ROWS.flat()));
    });
  });

  it("does not touch the architecture step", () => {
    expect(adversarial.wrap(rules, {}).architectureGradient).toBe(rules.architectureGradient);
  });
});
