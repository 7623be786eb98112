/** Λ and Λ± with their derivatives: stated values, central differences, what holds for any gradients (lambda-darts §10). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Alignment,
  type CellGradients,
  cosineAlignment,
  signAlignment,
} from "../../../src/updates/bilevel/alignment.ts";
import { centralDifference, distance } from "../support.ts";

const measures = [
  { name: "Λ", measure: cosineAlignment },
  { name: "Λ±", measure: signAlignment },
];

const G: CellGradients = [
  [1, 2, -1],
  [0.5, -1, 2],
  [3, 0.5, 1],
];

/** δ by central differences of the measure in every entry. */
function differences(measure: (g: CellGradients) => Alignment, gradients: CellGradients): number[] {
  const width = gradients[0]?.length ?? 0;
  const reshaped = (flat: readonly number[]) => gradients.map((_, l) => flat.slice(l * width, (l + 1) * width));
  return centralDifference((flat) => measure(reshaped(flat)).value, gradients.flat(), 1e-5);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * (b[i] as number), 0);
const unit = (a: readonly number[]): number[] => a.map((x) => x / Math.sqrt(dot(a, a)));

describe("the stated values (§10.1)", () => {
  it("Λ and δ", () => {
    const { value, derivative } = cosineAlignment(G);
    expect(Math.abs(value - 0.05596512)).toBeLessThan(5e-9);
    const stated = [0.170603, -0.011354, 0.147895, 0.202525, 0.127874, 0.013306, -0.011995, 0.0267, 0.022635];
    expect(distance(derivative.flat(), stated)).toBeLessThan(5.01e-7);
  });

  it("Λ± and δ", () => {
    const { value, derivative } = signAlignment(G);
    expect(Math.abs(value - 0.19074074)).toBeLessThan(5e-9);
    const stated = [0.145844, -0.003128, 0.139588, 0.194187, 0.105838, 0.004372, 0.037083, -0.0925, -0.065];
    expect(distance(derivative.flat(), stated)).toBeLessThan(5.01e-7);
  });

  it.each(measures)("$name: δ is the central difference to 1e-10", ({ measure }) => {
    expect(distance(measure(G).derivative.flat(), differences(measure, G))).toBeLessThan(1e-10);
  });
});

/** Entries away from 0, where |g| has no derivative and where norms vanish. */
const entry = fc
  .tuple(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.boolean())
  .map(([x, minus]) => (minus ? -x : x));
const cells = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([n, width]) =>
    fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: n, maxLength: n }),
  );

describe.each(measures)("$name of any gradients (§10.2)", ({ measure }) => {
  it("lies in [−1, 1], with δ its derivative and orthogonal to the gradients", () => {
    fc.assert(
      fc.property(cells, (gradients) => {
        const { value, derivative } = measure(gradients);
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
        for (const [l, row] of derivative.entries()) expect(dot(row, gradients[l] as number[])).toBeCloseTo(0, 12);
        // The third derivative is at most of the order 1/‖g‖³ = 1e3: h² of it is 1e-7.
        expect(distance(derivative.flat(), differences(measure, gradients))).toBeLessThan(1e-6);
      }),
    );
  });

  it("permutes δ with the cells", () => {
    fc.assert(
      fc.property(cells, (gradients) => {
        const { value, derivative } = measure(gradients);
        const turned = measure(gradients.toReversed());
        expect(turned.value).toBeCloseTo(value, 12);
        expect(distance(turned.derivative.toReversed().flat(), derivative.flat())).toBeLessThan(1e-12);
      }),
    );
  });

  it("is 1 with δ = 0 where the gradients are positive multiples of each other", () => {
    const { value, derivative } = measure([
      [1, -2, 3],
      [2, -4, 6],
      [0.1, -0.2, 0.3],
    ]);
    expect(value).toBeCloseTo(1, 14);
    expect(distance(derivative.flat(), Array(9).fill(0))).toBeLessThan(1e-14);
  });

  it("is −1 with δ = 0 for two opposite gradients", () => {
    const { value, derivative } = measure([
      [1, -2, 3],
      [-1, 2, -3],
    ]);
    expect(value).toBeCloseTo(-1, 14);
    expect(distance(derivative.flat(), Array(6).fill(0))).toBeLessThan(1e-14);
  });

  it("has no opinion on fewer than two cells", () => {
    expect(measure([])).toEqual({ value: 0, derivative: [] });
    expect(measure([[1, 2]])).toEqual({ value: 0, derivative: [[0, 0]] });
  });

  it("stays finite where gradients vanish", () => {
    for (const gradients of [
      [
        [0, 0],
        [1, 2],
        [2, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [1, 2],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ]) {
      const { value, derivative } = measure(gradients);
      for (const x of [value, ...derivative.flat()]) expect(Number.isFinite(x)).toBe(true);
    }
  });
});

describe("Λ", () => {
  it("does not change when a gradient is scaled", () => {
    fc.assert(
      fc.property(cells, fc.double({ min: 0.01, max: 100, noNaN: true }), (gradients, factor) => {
        const scaled = gradients.map((g, l) => (l === 0 ? g.map((x) => factor * x) : g));
        expect(cosineAlignment(scaled).value).toBeCloseTo(cosineAlignment(gradients).value, 12);
      }),
    );
  });

  it("is 1 only for positive multiples", () => {
    expect(
      cosineAlignment([
        [1, 2],
        [1, 2.1],
      ]).value,
    ).toBeLessThan(1 - 1e-5);
    expect(
      cosineAlignment([
        [1, 2],
        [-1, -2],
      ]).value,
    ).toBe(-1);
  });

  it("of two cells has δ₁ = (u₂ − ⟨u₁,u₂⟩u₁)/‖g₁‖", () => {
    const [g1, g2] = [G[0] as number[], G[1] as number[]];
    const [u1, u2] = [unit(g1), unit(g2)];
    const expected = u2.map((x, i) => (x - dot(u1, u2) * (u1[i] as number)) / Math.sqrt(dot(g1, g1)));
    expect(distance(cosineAlignment([g1, g2]).derivative[0] as number[], expected)).toBeLessThan(1e-15);
  });

  it("is the mean cosine of the cells that have a gradient", () => {
    const [g1, g2] = [G[0] as number[], G[1] as number[]];
    expect(cosineAlignment([g1, [0, 0, 0], g2]).value).toBeCloseTo(dot(unit(g1), unit(g2)), 14);
  });
});

describe("Λ±", () => {
  it("is 1 exactly where signs agree wherever two are not zero", () => {
    expect(
      signAlignment([
        [1, -2, 0],
        [3, -0.1, 5],
      ]).value,
    ).toBeCloseTo(1, 14);
    expect(
      signAlignment([
        [1, -2, 0],
        [3, 0.1, 5],
      ]).value,
    ).toBeLessThan(1);
  });
});
