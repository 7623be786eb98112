/** Constants of normalization: the published ones, and measured ones by their definition. */
import { describe, expect, it } from "vitest";
import {
  CIFAR10_NORMALIZATION,
  CIFAR100_NORMALIZATION,
  channelStatistics,
  FASHION_MNIST_NORMALIZATION,
  MNIST_NORMALIZATION,
} from "../../src/data/statistics.ts";
import { imageSet } from "./helpers.ts";

const rounded = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 1e4) / 1e4);

describe("published constants, to four digits", () => {
  it.each([
    // zero-cost-pt §4; MNIST's and Fashion-MNIST's are those of the PyTorch examples.
    ["CIFAR-10", CIFAR10_NORMALIZATION, [0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]],
    ["CIFAR-100", CIFAR100_NORMALIZATION, [0.5071, 0.4865, 0.4409], [0.2673, 0.2564, 0.2762]],
    ["MNIST", MNIST_NORMALIZATION, [0.1307], [0.3081]],
    ["Fashion-MNIST", FASHION_MNIST_NORMALIZATION, [0.286], [0.353]],
  ])("%s", (_, normalization, mean, std) => {
    expect(rounded(normalization.mean)).toEqual(mean);
    expect(rounded(normalization.std)).toEqual(std);
  });
});

describe("measured constants", () => {
  it("are mean and standard deviation of all pixels of a channel, in [0, 1]", () => {
    const set = imageSet(3, 2, 2, 2, (n, y, x, c) => 20 * n + 30 * y + 7 * x + 100 * c);
    const { mean, std } = channelStatistics(set);
    for (const c of [0, 1]) {
      const own = Array.from(set.images).filter((_, i) => i % 2 === c);
      const average = own.reduce((a, b) => a + b) / own.length;
      const variance = own.reduce((total, x) => total + (x - average) ** 2, 0) / own.length;
      expect(mean[c]).toBeCloseTo(average / 255, 12);
      expect(std[c]).toBeCloseTo(Math.sqrt(variance) / 255, 12);
    }
  });

  it("of a channel without contrast: its value, and 1, so that it becomes 0", () => {
    expect(channelStatistics(imageSet(2, 2, 2, 1, () => 51))).toEqual({ mean: [0.2], std: [1] });
  });
});
