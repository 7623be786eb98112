/** Gradient proxies by hand (zero-cost-proxies §7.A-D), and against central differences (§7.O). */
import {
  crossEntropyLoss,
  detach,
  enableGrad,
  Generator,
  grad,
  linear,
  mseLoss,
  noGrad,
  randn,
  reshape,
  scope,
  squeeze,
  type Tensor,
  tensor,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { fisherOfLayer } from "../../src/proxies/fisher.ts";
import { gradNorm, gradNormScore } from "../../src/proxies/grad-norm.ts";
import { addSigns, agreement } from "../../src/proxies/gradsign.ts";
import { grasp } from "../../src/proxies/grasp.ts";
import { l2Norm } from "../../src/proxies/l2-norm.ts";
import { logSynflow } from "../../src/proxies/logsynflow.ts";
import { curvatureByGraph } from "../../src/proxies/observation/curvature.ts";
import { plain, plainScore } from "../../src/proxies/plain.ts";
import type { ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { snip, snipScore } from "../../src/proxies/snip.ts";
import { synflow } from "../../src/proxies/synflow.ts";
import { batchOf, LinearNetwork, layerTotals, SmoothNetwork, TwoLayers, withValues } from "./support.ts";

const float64 = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor(values, shape, { dtype: "float64" });

/** y = Xwᵀ without bias and the mean of squared errors: everything that the gradient proxies take. */
function regression(rows: readonly number[][], targets: readonly number[]) {
  const weight = float64([0.5, -1], [1, 2]);
  weight.requiresGrad = true;
  return enableGrad(() => {
    const output = linear(float64(rows.flat(), [rows.length, 2]), weight);
    const loss = mseLoss(squeeze(output, 1), float64(targets, [targets.length]));
    const [response] = grad(loss, [output], { retainGraph: true });
    const gradients = grad(loss, [weight], { createGraph: true });
    return { weights: [weight], gradients, output, response: response as Tensor };
  });
}

it.each([
  ["A. one sample", [[1, 2]], [1], { norm: 11.18034, plain: 7.5, snip: 12.5, grasp: -75, fisher: 56.25 }],
  [
    "B. two samples",
    [
      [1, 2],
      [0, 1],
    ],
    [1, -1],
    { norm: 5.59017, plain: 3.75, snip: 6.25, grasp: -23.75, fisher: 7.03125 },
  ],
] as const)("linear regression, %s", (_, rows, targets, expected) => {
  scope(() => {
    const { weights, gradients, output, response } = regression(rows as unknown as number[][], targets);
    expect(-curvatureByGraph(weights, gradients)).toBeCloseTo(expected.grasp, 10);
    noGrad(() => {
      expect(gradNormScore({ gradients })).toBeCloseTo(expected.norm, 6);
      expect(plainScore({ weights, gradients })).toBeCloseTo(expected.plain, 12);
      expect(snipScore({ weights, gradients })).toBeCloseTo(expected.snip, 12);
      expect(fisherOfLayer(output, response, 2).item()).toBeCloseTo(expected.fisher, 10);
    });
  });
});

it("B. gradsign of two samples, one with zero gradient", () => {
  scope(() => {
    const first = addSigns([], [float64([-5, -10], [2])]);
    expect(agreement(addSigns(first, [float64([0, 0], [2])]))).toBe(2);
    expect(agreement(addSigns(first, [float64([-1, 3], [2])]))).toBe(2);
  });
});

const scoreOf = (
  proxy: ZeroCostProxy,
  network: LinearNetwork | TwoLayers | SmoothNetwork,
  batch: ReturnType<typeof batchOf>,
) => {
  using scorer = proxy.prepare(network, { random: new Generator(0) });
  return scorer.score(batch, [undefined])[0] as number;
};

it("C. softmax regression, through the whole pass", () => {
  using network = new LinearNetwork(2, 2);
  const { weight, bias } = network.classifier;
  scope(() =>
    withValues(
      [
        [weight, [0.5, -1, 0, 0.25]],
        [bias, [0, 0]],
      ],
      () => {
        const batch = batchOf([[1, 2]], [0]);
        expect(scoreOf(gradNorm, network, batch)).toBeCloseTo(2.785325, 6);
        expect(scoreOf(plain, network, batch)).toBeCloseTo(1.761594, 6);
        expect(scoreOf(snip, network, batch)).toBeCloseTo(2.642391, 6);
        expect(scoreOf(grasp, network, batch)).toBeCloseTo(-1.849561, 6);
        expect(scoreOf(l2Norm, network, batch)).toBeCloseTo(Math.sqrt(0.25 + 1 + 0.0625), 12);
      },
    ),
  );
});

it("A. l2_norm", () => {
  using network = new LinearNetwork(2, 1);
  scope(() =>
    withValues([[network.classifier.weight, [0.5, -1]]], () =>
      expect(scoreOf(l2Norm, network, batchOf([[1, 2]], [0]))).toBeCloseTo(1.118034, 6),
    ),
  );
});

describe("D. synaptic flow", () => {
  it("of two layers", () => {
    using network = new TwoLayers(2, 2, 1);
    scope(() =>
      withValues(
        [
          [network.first.weight, [1, -2, 3, 0.5]],
          [network.first.bias, [0, 0]],
          [network.second.weight, [2, -1]],
          [network.second.bias, [0]],
        ],
        () => {
          // Images do not matter, only their shape.
          const batch = batchOf([[-7, 5]], [0]);
          expect(scoreOf(synflow, network, batch)).toBe(19);
          expect(scoreOf(logSynflow, network, batch)).toBeCloseTo(9.998518, 6);
          expect(layerTotals(network, batch)).toEqual([9.5, 9.5]);
        },
      ),
    );
  });

  it("biases flow without their signs", () => {
    using network = new LinearNetwork(1, 1);
    scope(() =>
      withValues(
        [
          [network.classifier.weight, [-3]],
          [network.classifier.bias, [-4]],
        ],
        () => expect(scoreOf(synflow, network, batchOf([[1]], [0]))).toBe(3),
      ),
    );
  });
});

it("O. snip, grad_norm and grasp are what central differences of the loss give", () => {
  using network = new SmoothNetwork(5);
  scope(() => {
    const images = detach(reshape(randn([3, 3, 4, 4], new Generator(3), { dtype: "float64" }), [3, 3, 4, 4]));
    const batch = { images, labels: tensor([0, 2, 1], [3], { dtype: "int64" }) };
    const layers = [network.first.weight, network.second.weight, network.classifier.weight];
    const own = [...layers, network.classifier.bias].map((weight) => [weight, weight.toArray()] as const);
    const values = own.map(([, value]) => value);
    const lossAt = (weights: readonly (readonly number[])[]): number =>
      withValues(
        own.map(([weight], l) => [weight, weights[l] as readonly number[]] as const),
        () =>
          noGrad(() => crossEntropyLoss(network.forward(images, { mode: "minibatch" }).logits, batch.labels).item()),
      );
    const shifted = (step: number, direction: readonly (readonly number[])[]) =>
      values.map((value, l) => value.map((w, i) => w + step * (direction[l]?.[i] ?? 0)));
    const derivative = (direction: readonly (readonly number[])[], step: number): number => {
      const at = (k: number): number => lossAt(shifted(k * step, direction));
      // Five points: the error is of fourth order.
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
    };
    const only = (l: number, i: number) =>
      layers.map((_, k) => (k === l ? (values[l]?.map((_w, j) => Number(i === j)) ?? []) : []));
    const gradient = layers.map((_, l) => (values[l] as number[]).map((_w, i) => derivative(only(l, i), 1e-3)));
    withValues(own, () => {
      const norms = gradient.map((g) => Math.hypot(...g)).reduce((a, b) => a + b);
      expect(Math.abs(scoreOf(gradNorm, network, batch) / norms - 1)).toBeLessThan(1e-6);
      const saliency = gradient
        .flatMap((g, l) => g.map((v, i) => Math.abs(v * (values[l]?.[i] ?? 0))))
        .reduce((a, b) => a + b);
      expect(Math.abs(scoreOf(snip, network, batch) / saliency - 1)).toBeLessThan(1e-6);
    });
    // -w·Hg is minus the mixed second derivative of the loss along the weights and their gradient.
    const weights = values.slice(0, layers.length);
    const h = 2e-3;
    const mixed = (a: number, b: number): number =>
      lossAt(
        values.map((value, l) => value.map((w, i) => w + a * (weights[l]?.[i] ?? 0) + b * (gradient[l]?.[i] ?? 0))),
      );
    const cross = (s: number): number => (mixed(s, s) - mixed(s, -s) - mixed(-s, s) + mixed(-s, -s)) / (4 * s * s);
    const expected = -(4 * cross(h) - cross(2 * h)) / 3;
    withValues(own, () => expect(Math.abs(scoreOf(grasp, network, batch) / expected - 1)).toBeLessThan(1e-6));
  });
});
