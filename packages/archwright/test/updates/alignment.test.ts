/** The gradient of the alignment regularizer by a finite difference over the cells' own probabilities (lambda-darts §10). */
import {
  add,
  Generator,
  grad,
  matmul,
  mul,
  reshape,
  scope,
  select,
  sigmoid,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import type { Moment } from "../../src/search/moment.ts";
import type { TrainObjective } from "../../src/training/supernets/bilevel-problem.ts";
import type { GradientRules } from "../../src/training/supernets/gradient-rules.ts";
import { alignedGradient, alignment, lambdaAt } from "../../src/updates/alignment.ts";
import {
  type Alignment,
  type CellGradients,
  cosineAlignment,
  signAlignment,
} from "../../src/updates/bilevel/alignment.ts";
import { firstOrder } from "../../src/updates/first-order.ts";
import { cellsToy, centralDifference, constant, distance, leaf, norm, numbers } from "./support.ts";

type Measure = (gradients: CellGradients) => Alignment;
const measures: [string, Measure][] = [
  ["Λ", cosineAlignment],
  ["Λ±", signAlignment],
];

const random = Random.stream(3, "test/alignment");
const draw = (count: number): number[] => Array.from({ length: count }, () => random.normal());

/** L = Σ_l a_lᵀM_l w with probabilities of two edges and two operations, so g_l = M_l w (§10.3). */
const CELLS = 4;
const WIDTH = 6;
const M = Array.from({ length: CELLS }, () => Array.from({ length: 4 }, () => draw(WIDTH)));
const W = draw(WIDTH);
const PROBABILITIES = [0.6, 0.4, 0.3, 0.7];

const gradientsAt = (w: readonly number[], cells: readonly number[]): number[][] =>
  cells.map((l) => (M[l] as number[][]).map((row) => row.reduce((s, x, i) => s + x * (w[i] as number), 0)));

/** Σ_l M_lᵀ x_l. */
const transposedSum = (cells: readonly number[], vectors: readonly (readonly number[])[]): number[] =>
  W.map((_, i) =>
    cells.reduce(
      (s, l, k) =>
        s + (M[l] as number[][]).reduce((t, row, j) => t + (row[i] as number) * (vectors[k]?.[j] as number), 0),
      0,
    ),
  );

function bilinear(kinds: readonly number[], aligned: readonly number[]): TrainObjective {
  const w = leaf(W);
  const matrices = M.map((rows) => constant(rows.flat(), [4, WIDTH]));
  const loss = (own: readonly Tensor[]): Tensor =>
    own
      .map((p, l) => sum(mul(reshape(p, [4]), matmul(matrices[l] as Tensor, w))))
      .reduce((total, term) => add(total, term));
  return cellsToy({ weights: [w], cells: kinds, aligned, loss });
}

const rows = (): Tensor => constant(PROBABILITIES, [2, 2]);

describe.each(measures)("on a bilinear loss, %s", (_, measure) => {
  const everyCell = [0, 1, 2, 3];

  it.each([1e-4, 1, 50])("gives ∇w L − λ·Σ M_lᵀδ_l for any radius: %d (§10.3)", (radius) => {
    scope(() => {
      const strength = 0.25;
      const target = bilinear([0, 0, 0, 0], everyCell);
      const { gradients, facts } = alignedGradient(target, [rows()], { strength, measure, radius });
      const { value, derivative } = measure(gradientsAt(W, everyCell));
      const plain = transposedSum(
        everyCell,
        everyCell.map(() => PROBABILITIES),
      );
      const penalty = transposedSum(everyCell, derivative);
      expect(
        distance(
          numbers(gradients),
          plain.map((x, i) => x - strength * (penalty[i] as number)),
        ),
      ).toBeLessThan(1e-10);
      expect(facts?.alignment).toBeCloseTo(value, 12);
      expect(facts?.lambda).toBe(strength);
    });
  });

  it("gives the same by differentiating twice, which needs no radius", () => {
    scope(() => {
      const aligned = [0, 2, 3];
      const run = (exact: boolean) => {
        const target = bilinear([0, 0, 0, 0], aligned);
        return alignedGradient(target, [rows()], { strength: 0.25, measure, radius: exact ? Number.NaN : 1, exact });
      };
      const [exact, difference] = [run(true), run(false)];
      expect(distance(numbers(exact.gradients), numbers(difference.gradients))).toBeLessThan(1e-10);
      expect(exact.facts).toEqual(difference.facts);
      expect([exact.loss, exact.accuracy]).toEqual([difference.loss, difference.accuracy]);
    });
  });

  it("which is the derivative of Λ({M_l w}) in w", () => {
    const { derivative } = measure(gradientsAt(W, everyCell));
    const differences = centralDifference((w) => measure(gradientsAt(w, everyCell)).value, W, 1e-5);
    expect(distance(transposedSum(everyCell, derivative), differences)).toBeLessThan(1e-10);
  });

  it("leaves reduction cells out: they are not compared, and their probabilities stay (§4.3)", () => {
    scope(() => {
      const aligned = [0, 2, 3];
      const target = bilinear([0, 1, 0, 0], aligned);
      const other = constant([0.1, 0.9, 0.5, 0.5], [2, 2]);
      const { gradients, facts } = alignedGradient(target, [rows(), other], { strength: 1, measure, radius: 0.1 });
      const { value, derivative } = measure(gradientsAt(W, aligned));
      const plain = transposedSum([0, 1, 2, 3], [PROBABILITIES, other.toArray(), PROBABILITIES, PROBABILITIES]);
      const penalty = transposedSum(aligned, derivative);
      expect(
        distance(
          numbers(gradients),
          plain.map((x, i) => x - (penalty[i] as number)),
        ),
      ).toBeLessThan(1e-10);
      expect(facts?.alignment).toBeCloseTo(value, 12);
    });
  });
});

/** Three cells, each a mixture of a tanh layer, a sigmoid layer and the identity, on one fixed minibatch. */
function threeCells(seed: number): TrainObjective {
  const stream = Random.stream(seed, "test/three-cells");
  const matrix = (): number[] => Array.from({ length: 16 }, () => 0.7 * stream.normal());
  const weights = Array.from({ length: 6 }, () => leaf(matrix(), [4, 4]));
  const [inputs, goal] = [constant([...matrix(), ...matrix()], [8, 4]), constant([...matrix(), ...matrix()], [8, 4])];
  const loss = (own: readonly Tensor[]): Tensor => {
    const output = own.reduce((x, p, l) => {
      const weight = (o: number): Tensor => select(select(p, 0, 0), 0, o);
      const [first, second] = [weights[2 * l] as Tensor, weights[2 * l + 1] as Tensor];
      const mixed = add(mul(tanh(matmul(x, first)), weight(0)), mul(sigmoid(matmul(x, second)), weight(1)));
      return add(mixed, mul(x, weight(2)));
    }, inputs);
    return sum(square(sub(output, goal)));
  };
  return cellsToy({ weights, cells: [0, 0, 0], loss });
}

const THIRDS = (): Tensor => constant([1 / 3, 1 / 3, 1 / 3], [1, 3]);

/** −∇w Λ alone: what the regularizer adds for λ = 1. */
function regularizer(
  target: TrainObjective,
  measure: Measure,
  radius: number | "exact",
): { gradient: Tensor[]; alignment: number } {
  return scope(() => {
    const how = radius === "exact" ? { radius: 1, exact: true } : { radius };
    const { gradients, facts } = alignedGradient(target, [THIRDS()], { strength: 1, measure, ...how });
    const plain = grad(target.loss([THIRDS()]).value, target.weights);
    return { gradient: plain.map((own, i) => sub(gradients[i] as Tensor, own)), alignment: facts?.alignment as number };
  });
}

describe("on a smooth net of three cells", () => {
  it.each(measures)("the error falls by 4 when ε₀ is halved: %s (§10.5)", (_, measure) => {
    scope(() => {
      const target = threeCells(3);
      const at = (radius: number): number[] => numbers(regularizer(target, measure, radius).gradient);
      const [coarse, middle, fine] = [at(0.04), at(0.02), at(0.01)];
      const change = (a: readonly number[], b: readonly number[]) => norm(a.map((x, i) => x - (b[i] as number)));
      expect(change(coarse, middle) / change(middle, fine)).toBeGreaterThan(3.9);
      expect(change(coarse, middle) / change(middle, fine)).toBeLessThan(4.1);
    });
  });

  it.each(measures)("the exact gradient is what the difference tends to: %s", (_, measure) => {
    scope(() => {
      const target = threeCells(3);
      const at = (radius: number | "exact"): number[] => numbers(regularizer(target, measure, radius).gradient);
      const error = (radius: number): number => {
        const exact = at("exact");
        return norm(at(radius).map((x, i) => x - (exact[i] as number))) / norm(exact);
      };
      expect(error(0.02) / error(0.01)).toBeGreaterThan(3.9);
      expect(error(0.02) / error(0.01)).toBeLessThan(4.1);
      expect(error(1e-4)).toBeLessThan(1e-6);
    });
  });

  it.each(measures)(
    "small steps along −∇w Λ alone raise the agreement every time, towards 1: %s (§10.6)",
    (_, measure) => {
      scope(() => {
        const target = threeCells(3);
        const seen: number[] = [];
        for (let n = 0; n < 200; n++) {
          scope(() => {
            const { gradient, alignment: agreement } = regularizer(target, measure, 1e-4);
            seen.push(agreement);
            for (const [i, w] of target.weights.entries()) {
              const values = w.view() as Float64Array;
              for (const [j, x] of (gradient[i] as Tensor).toArray().entries())
                values[j] = (values[j] as number) - 0.02 * x;
            }
          });
        }
        const falls = seen.slice(1).filter((value, i) => value < (seen[i] as number));
        expect(falls).toEqual([]);
        expect(seen[0]).toBeLessThan(0.5);
        expect(seen.at(-1)).toBeGreaterThan(0.9);
      });
    },
  );
});

describe("λ", () => {
  const at = (epoch: number, phase: Moment["phase"] = "search"): Moment => ({
    epoch,
    epochs: 50,
    phase,
    random: new Generator(0),
  });

  it("grows linearly from 0 in the first epoch to its end in the last (§10.5)", () => {
    expect(lambdaAt(0.125, at(0))).toBe(0);
    expect(lambdaAt(0.125, at(49))).toBe(0.125);
    expect(lambdaAt(0.98, at(7))).toBeCloseTo(0.14, 15);
    expect(lambdaAt(0.125, at(60, "finetune"))).toBe(0.125);
    expect(lambdaAt(0.125, { ...at(0), epochs: 1 })).toBe(0.125);
  });

  it("of 0 leaves the weight gradient to the update, to the bit, without more passes", () => {
    const rules = firstOrder.rules?.({}) as GradientRules;
    for (const [settings, moment] of [
      [{}, at(0)],
      [{ lambda: 0 }, at(49)],
    ] as const) {
      scope(() => {
        let passes = 0;
        const inner = bilinear([0, 0, 0, 0], [0, 1, 2, 3]);
        const count =
          <A extends unknown[], R>(f: (...given: A) => R) =>
          (...given: A): R => {
            passes++;
            return f(...given);
          };
        const target = { ...inner, loss: count(inner.loss), lossOfCells: count(inner.lossOfCells) };
        const found = alignment.wrap(rules, settings).weightGradient(target, [rows()], moment);
        expect(passes).toBe(1);
        expect(numbers(found.gradients)).toEqual(numbers(rules.weightGradient(inner, [rows()], moment).gradients));
      });
    }
  });

  it("of the last epoch is the setting, and `correlation` chooses the measure", () => {
    const rules = firstOrder.rules?.({}) as GradientRules;
    for (const [correlation, measure] of [
      ["cosine", cosineAlignment],
      ["sign", signAlignment],
    ] as const) {
      scope(() => {
        const target = bilinear([0, 0, 0, 0], [0, 1, 2, 3]);
        const found = alignment.wrap(rules, { lambda: 0.7, correlation }).weightGradient(target, [rows()], at(49));
        const expected = alignedGradient(target, [rows()], { strength: 0.7, measure, radius: 1e-4 });
        expect(numbers(found.gradients)).toEqual(numbers(expected.gradients));
      });
    }
  });

  it("`alignment=exact` differentiates twice, with one pass", () => {
    const rules = firstOrder.rules?.({}) as GradientRules;
    scope(() => {
      const inner = threeCells(5);
      let passes = 0;
      const target: TrainObjective = {
        ...inner,
        lossOfCells: (own) => {
          passes++;
          return inner.lossOfCells(own);
        },
      };
      const settings = { lambda: 0.7, alignment: "exact", alignmentRadius: 10 };
      const found = alignment.wrap(rules, settings).weightGradient(target, [THIRDS()], at(49));
      expect(passes).toBe(1);
      const options = { strength: 0.7, measure: cosineAlignment, radius: 1e-4 };
      const expected = alignedGradient(inner, [THIRDS()], options);
      expect(distance(numbers(found.gradients), numbers(expected.gradients))).toBeLessThan(1e-6);
    });
  });

  it("does not touch the architecture step", () => {
    const rules = firstOrder.rules?.({}) as GradientRules;
    expect(alignment.wrap(rules, {}).architectureGradient).toBe(rules.architectureGradient);
  });
});
