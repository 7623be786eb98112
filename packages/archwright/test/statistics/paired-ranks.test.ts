/** Correlations of resamples: as if each pair were written out as often as it is counted. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { percentileInterval, resampled } from "../../src/statistics/bootstrap.ts";
import { PairedRanks } from "../../src/statistics/paired-ranks.ts";
import { kendall, spearman } from "../../src/statistics/ranks.ts";

const rows = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 })),
  {
    minLength: 2,
    maxLength: 40,
  },
);

it("counts are as repeated pairs", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const repeated = all.flatMap(([x, y, count]) => Array.from({ length: count }, () => [x, y] as const));
      const ranks = new PairedRanks(
        all.map(([x]) => x),
        all.map(([, y]) => y),
      );
      const counts = Uint32Array.from(all, ([, , count]) => count);
      const x = repeated.map(([value]) => value);
      const y = repeated.map(([, value]) => value);
      for (const [found, expected] of [
        [ranks.spearman(counts), spearman(x, y)],
        [ranks.kendall(counts), kendall(x, y)],
      ] as const) {
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected, 12);
      }
    }),
  );
});

it("a resample holds as many items as there are, each equally likely", () => {
  const random = Random.stream(0, "bootstrap");
  const sums = new Array<number>(10).fill(0);
  for (const counts of resampled(10, 2000, (n) => random.integer(n))) {
    expect(counts.reduce((sum, count) => sum + count)).toBe(10);
    for (const [i, count] of counts.entries()) (sums[i] as number) += count;
  }
  // A binomial of 20,000 draws with p = 0.1 has the standard deviation 42.
  for (const sum of sums) expect(Math.abs(sum - 2000)).toBeLessThan(5 * 42);
});

it("the interval of a mean is that of the normal approximation", () => {
  const random = Random.stream(1, "bootstrap");
  const values = Array.from({ length: 400 }, () => random.normal());
  const means = Array.from(
    resampled(400, 2000, (n) => random.integer(n)),
    (counts) => values.reduce((sum, value, i) => sum + (counts[i] as number) * value, 0) / 400,
  );
  const mean = values.reduce((sum, value) => sum + value) / 400;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
  const interval = percentileInterval(means);
  // 1.96 σ/√n; the percentiles of 2,000 resamples are themselves uncertain by a few percent.
  expect(interval?.low).toBeCloseTo(mean - (1.96 * deviation) / 20, 1.8);
  expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo((2 * 1.96 * deviation) / 20, 1.8);
});

it("an interval needs a statistic that is mostly defined", () => {
  expect(percentileInterval([])).toBeUndefined();
  expect(percentileInterval([Number.NaN, Number.NaN, 1])).toBeUndefined();
  expect(percentileInterval([3, 3, Number.NaN])).toEqual({ low: 3, high: 3 });
  expect(percentileInterval(Array.from({ length: 1001 }, (_, i) => i))).toEqual({ low: 25, high: 975 });
});
