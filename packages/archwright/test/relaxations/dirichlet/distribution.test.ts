/** Dirichlet distributions against closed forms: draws, pathwise gradients, distance (drnas §1, §2, §9). */
import { Generator, grad, mul, noGrad, ones, scope, sum, type Tensor, tensor, to } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import {
  concentrations,
  distanceFromUniform,
  gammaDraw,
  shares,
} from "../../../src/relaxations/dirichlet/distribution.ts";

const doubles = (values: readonly number[], shape: readonly number[] = [1, values.length]): Tensor =>
  to(tensor(Float64Array.from(values), shape), { dtype: "float64" });

/** As many rows of the same β. */
const repeated = (beta: readonly number[], count: number): Tensor =>
  doubles(Array.from({ length: count }, () => beta).flat(), [count, beta.length]);

const columnMeans = (values: readonly number[], width: number): number[] =>
  Array.from(
    { length: width },
    (_, j) => values.filter((_, i) => i % width === j).reduce((all, own) => all + own, 0) / (values.length / width),
  );

describe("concentrations", () => {
  it("are elu(α) + 1, and stay above 1e-6", () => {
    const [one, low, high, least] = scope(() => concentrations(tensor([0, -1, 0.5, -40])).toArray());
    expect(one).toBe(1);
    expect(low).toBeCloseTo(0.3679, 4);
    expect(high).toBe(1.5);
    expect(least).toBe(1e-6);
  });
});

describe("draws", () => {
  const beta = [1.3, 0.8, 1.9];
  const total = 4;
  const count = 20_000;

  it("have the mean β/β₀ and the variance of the distribution", () => {
    const drawn = scope(() => shares(gammaDraw(repeated(beta, count), new Generator(1))).toArray());
    const means = columnMeans(drawn, 3);
    const squares = columnMeans(
      drawn.map((value) => value * value),
      3,
    );
    for (const [j, b] of beta.entries()) {
      const mean = b / total;
      const variance = (mean * (1 - mean)) / (total + 1);
      expect(Math.abs((means[j] as number) - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
      expect(Math.abs((squares[j] as number) - mean ** 2 - variance)).toBeLessThan(3e-3);
    }
  });

  it("move with β as the mean of θ² does: ∂E[θ_i²]/∂β_j", () => {
    const expected = [
      [0.112725, -0.067275, -0.067275],
      [-0.0324, 0.0976, -0.0324],
      [-0.123975, -0.123975, 0.116025],
    ];
    for (const [i, row] of expected.entries()) {
      const slopes = scope(() => {
        const all = repeated(beta, count);
        all.requiresGrad = true;
        const theta = shares(gammaDraw(all, new Generator(2 + i)));
        const chosen = repeated(
          [0, 1, 2].map((k) => (k === i ? 1 : 0)),
          count,
        );
        return columnMeans((grad(sum(mul(mul(theta, theta), chosen)), [all])[0] as Tensor).toArray(), 3);
      });
      for (const [j, slope] of row.entries()) expect(Math.abs((slopes[j] as number) - slope)).toBeLessThan(4e-3);
    }
  });

  it("stay on the simplex: the derivatives of all shares in one β sum to 0", () => {
    const slopes = scope(() => {
      const one = doubles(beta);
      one.requiresGrad = true;
      return (grad(sum(shares(gammaDraw(one, new Generator(3)))), [one])[0] as Tensor).toArray();
    });
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-12);
  });

  it("of what is left, divided by their sum, have the mean of the smaller distribution", () => {
    const left = [1, 0, 1];
    const drawn = scope(() =>
      shares(mul(gammaDraw(repeated(beta, count), new Generator(4)), repeated(left, count))).toArray(),
    );
    const means = columnMeans(drawn, 3);
    expect(means[1]).toBe(0);
    expect(Math.abs((means[0] as number) - 1.3 / 3.2)).toBeLessThan(0.01);
  });
});

describe("the distance from the uniform distribution", () => {
  const distance = (beta: readonly number[], left = beta.map(() => 1)): number =>
    noGrad(() => scope(() => distanceFromUniform(doubles(beta), doubles(left)).item()));

  it.each([
    [[2, 1, 1], 0.2652789553],
    [[0.5, 0.5, 0.5], 0.468975753],
    [[1, 1, 1], 0],
  ])("of Dir(%j) is %d", (beta, expected) => {
    expect(distance(beta)).toBeCloseTo(expected, 9);
  });

  it("counts what is left alone", () => {
    expect(distance([2, 7, 1, 1], [1, 0, 1, 1])).toBeCloseTo(0.2652789553, 9);
  });

  it("has no slope at the uniform distribution", () => {
    const slopes = scope(() => {
      const one = doubles([1, 1, 1]);
      one.requiresGrad = true;
      return (grad(sum(distanceFromUniform(one, ones([1, 3], { dtype: "float64" }))), [one])[0] as Tensor).toArray();
    });
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-12);
  });
});
