/** Gaussian processes and expected improvement: closed forms, and the numbers of other programs. */
import { liveTensors } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import { logExpectedImprovement, normalDistribution } from "../../src/bayesian/expected-improvement.ts";
import { fittedKernel, GaussianProcess, initialKernel, logLikelihood } from "../../src/bayesian/gaussian-process.ts";
import { Random } from "../../src/random.ts";

const points = [
  [0.1, 0.2],
  [0.5, -0.3],
  [-0.7, 0.9],
  [1.2, 0.4],
  [-0.2, -1.1],
];
const values = [0.3, -0.8, 1.1, 0.2, -0.5];
const kernel = { lengthscales: [0.6, 1.4], signal: 1.7, noise: 0.05 };

describe("a Gaussian process", () => {
  // scikit-learn 1.9.1: GaussianProcessRegressor(1.7 * RBF([0.6, 1.4]), alpha=0.05 + 1e-6, optimizer=None).
  const at = [
    [0, 0],
    [0.6, 0.5],
    [-1, 1],
    [5, 5],
  ];
  const mean = [0.2163054225864795, -0.13907900142546603, 0.8142182813906879, 7.827018777632781e-12];
  const variance = [0.06421417652269978, 0.3085340993254899, 0.35749225270878915, 1.7];

  it("predicts what scikit-learn does, and has its marginal likelihood", () => {
    const before = liveTensors();
    {
      using process = new GaussianProcess(points, values, kernel);
      const found = process.predict(at);
      for (const i of at.keys()) {
        expect(found.mean[i]).toBeCloseTo(mean[i] as number, 10);
        expect(found.variance[i]).toBeCloseTo(variance[i] as number, 10);
      }
    }
    expect(logLikelihood(points, values, kernel)).toBeCloseTo(-6.362999440627247, 10);
    expect(liveTensors()).toBe(before);
  });

  it("of one observation is k·y/(s² + σ²), and far away the prior", () => {
    using process = new GaussianProcess([[0]], [2], { lengthscales: [1], signal: 3, noise: 0.5 });
    const { mean, variance } = process.predict([[0], [1], [100]]);
    const k = 3 * Math.exp(-0.5);
    // 1e-6 is added to the diagonal.
    expect(mean[0]).toBeCloseTo((3 * 2) / 3.500001, 12);
    expect(mean[1]).toBeCloseTo((k * 2) / 3.500001, 12);
    expect(variance[1]).toBeCloseTo(3 - k ** 2 / 3.500001, 12);
    expect([mean[2], variance[2]]).toEqual([0, 3]);
  });

  it("its fit climbs the likelihood, and tells a dimension that matters from one that does not", () => {
    const random = Random.stream(1, "test/fit");
    const some = Array.from({ length: 40 }, () => [4 * random.uniform(), 4 * random.uniform()]);
    const seen = some.map(([x]) => Math.sin(2 * (x as number)));
    const start = initialKernel(some);
    const fitted = fittedKernel(some, seen, { steps: 150, rate: 0.1 });
    expect(logLikelihood(some, seen, fitted)).toBeGreaterThan(logLikelihood(some, seen, start) + 10);
    expect(fitted.lengthscales[1]).toBeGreaterThan(3 * (fitted.lengthscales[0] as number));
    expect(fitted.noise).toBeLessThan(0.05);
  });

  it("begins with half the median squared distance", () => {
    const { lengthscales } = initialKernel([[0], [1], [3]]);
    expect(lengthscales[0]).toBeCloseTo(Math.sqrt(4 / 2), 12);
    expect(initialKernel([[1], [1]]).lengthscales).toEqual([1]);
  });
});

describe("expected improvement", () => {
  // mpmath with 40 digits.
  it.each([
    [0.5, 0.04, 0.7, -4.094558938146741],
    [-1, 0.25, 0.3, -7.219811760444893],
    [2, 1, 0.5, 0.4248145567622593],
    [-0.85, 0.01, 0, -43.66632983300207],
    [-10, 0.01, 0, -5012.432163893244],
  ])("N(%f, %f) over %f: %f", (mean, variance, best, expected) => {
    expect(logExpectedImprovement(mean, variance, best) / expected).toBeCloseTo(1, 8);
  });

  it("grows with the mean and the variance; nothing is gained for certain below the best", () => {
    expect(logExpectedImprovement(0.4, 1, 1)).toBeGreaterThan(logExpectedImprovement(0.3, 1, 1));
    expect(logExpectedImprovement(0.3, 1.1, 1)).toBeGreaterThan(logExpectedImprovement(0.3, 1, 1));
    expect(logExpectedImprovement(0.3, 0, 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(logExpectedImprovement(3, 0, 1)).toBeCloseTo(Math.log(2), 12);
  });

  it("Φ: tables, and symmetry", () => {
    expect(normalDistribution(0)).toBeCloseTo(0.5, 15);
    expect(normalDistribution(1.96)).toBeCloseTo(0.9750021048517795, 13);
    expect(normalDistribution(-5) / 2.866515718791939e-7).toBeCloseTo(1, 9);
    expect(normalDistribution(2) + normalDistribution(-2)).toBeCloseTo(1, 14);
  });
});
