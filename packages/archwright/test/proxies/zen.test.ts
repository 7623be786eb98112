/** zen of a linear layer has a closed form (zero-cost-proxies §7.M). */
import {
  add,
  Generator,
  Module,
  matmul,
  randn,
  reshape,
  scope,
  type Tensor,
  transpose,
  zeros,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { expect, it } from "vitest";
import type { ForwardContext } from "../../src/networks/context.ts";
import { TunedBatchNorm } from "../../src/networks/graph/layers.ts";
import { BatchNorm, Conv } from "../../src/networks/layers.ts";
import type { Outputs } from "../../src/networks/network.ts";
import type { ScoredNetwork } from "../../src/proxies/proxy.ts";
import { zenScore } from "../../src/proxies/zen.ts";

/** F = Wx at every position, then batch norm where `norm`. */
class Projection extends Module implements ScoredNetwork {
  readonly conv = new Conv({ inputs: 3, outputs: 2, kernel: 1 }, new Generator(0));
  readonly norm: BatchNorm | undefined;

  constructor(norm?: BatchNorm) {
    super();
    this.norm = norm;
  }

  forward(images: Tensor, context: ForwardContext): Outputs {
    const projected = this.conv.forward(images, context);
    const features = this.norm?.forward(projected, context) ?? projected;
    context.onFeatures?.(features);
    return { logits: features, auxiliary: undefined };
  }
}

const score = (network: Projection, options: Parameters<typeof zenScore>[0]): number =>
  scope(() => {
    using scorer = zenScore({ repeats: 1, batch: 4, ...options }).prepare(network, { random: new Generator(9) });
    const batch = { images: zeros([2, 3, 1, 1]), labels: zeros([2], { dtype: "int64" }) };
    return scorer.score(batch, [undefined])[0] as number;
  });

it("is ln of the step times the mean of |We|", () => {
  using network = new Projection();
  scope(() => {
    const draws = new Generator(9);
    const weight = randn([2, 3, 1, 1], draws);
    randn([4, 3, 1, 1], draws);
    const e = randn([4, 3, 1, 1], draws);
    const moved = matmul(reshape(e, [4, 3]), transpose(reshape(weight, [2, 3]), 0, 1)).toArray();
    const expected = Math.log((0.01 * moved.reduce((sum, value) => sum + Math.abs(value), 0)) / 4);
    expect(score(network, {})).toBeCloseTo(expected, 4);
  });
});

it("grows by ln 2 with twice the step", () => {
  using network = new Projection();
  expect(score(network, { step: 1 }) - score(network, { step: 0.5 })).toBeCloseTo(Math.LN2, 5);
});

/** Unbiased variance of each of two channels of [batch, 2] values. */
function variances(values: readonly number[]): number[] {
  return [0, 1].map((channel) => {
    const own = values.filter((_, i) => i % 2 === channel);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1);
  });
}

it("adds ln of the root mean running variance for a batch norm, and leaves the network's own statistics alone", () => {
  using network = new Projection(new BatchNorm(2, false));
  scope(() => {
    const draws = new Generator(9);
    const weight = transpose(reshape(randn([2, 3, 1, 1], draws), [2, 3]), 0, 1);
    const x = reshape(randn([4, 3, 1, 1], draws), [4, 3]);
    const e = reshape(randn([4, 3, 1, 1], draws), [4, 3]);
    const first = matmul(x, weight).toArray();
    const second = matmul(add(x, e, { alpha: 0.01 }), weight).toArray();
    const [v1, v2] = [variances(first), variances(second)];
    const running = [0, 1].map((c) => 0.81 + 0.09 * (v1[c] as number) + 0.1 * (v2[c] as number));
    const normalized = (values: readonly number[], variance: readonly number[]): number[] => {
      const mean = [0, 1].map((c) => values.filter((_, i) => i % 2 === c).reduce((sum, value) => sum + value, 0) / 4);
      return values.map((v, i) => (v - (mean[i % 2] as number)) / Math.sqrt((variance[i % 2] as number) * 0.75 + 1e-5));
    };
    const [a, b] = [normalized(first, v1), normalized(second, v2)];
    const distance = a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / 4;
    const meanVariance = ((running[0] as number) + (running[1] as number)) / 2;
    expect(score(network, {})).toBeCloseTo(Math.log(distance) + Math.log(meanVariance) / 2, 3);
  });
  expect(network.norm?.runningVariance.toArray()).toEqual([1, 1]);
});

it("does not depend on the momentum that a network is trained with", () => {
  using usual = new Projection(new BatchNorm(2, false));
  using tuned = new Projection(new TunedBatchNorm(2, BatchNorm.epsilon, 0.003));
  expect(score(tuned, {})).toBe(score(usual, {}));
});
