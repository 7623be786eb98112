/** What must hold on real small networks (zero-cost-proxies §7.E, N), and on networks that are not made of cells. */
import {
  abs,
  fill_,
  foreach,
  Module,
  mulScalar,
  noGrad,
  ones,
  scope,
  sum,
  type Tensor,
  tensor,
  to,
} from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { ForwardContext } from "../../src/networks/context.ts";
import { graphNetwork } from "../../src/networks/graph/network.ts";
import { Conv } from "../../src/networks/layers.ts";
import { discreteNetwork, type Network, type Outputs } from "../../src/networks/network.ts";
import { nwot } from "../../src/proxies/nwot.ts";
import { nwotEval } from "../../src/proxies/nwot-eval.ts";
import { scoredLayers } from "../../src/proxies/observation/layers.ts";
import { synapticFlow } from "../../src/proxies/observation/synaptic-flow.ts";
import { trainingPass } from "../../src/proxies/observation/training-pass.ts";
import { withData } from "../../src/proxies/observation/weights.ts";
import type { ProxyBatch, ScoredNetwork, ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { proxies } from "../../src/proxies/registry.ts";
import { scoreAll } from "../../src/proxies/score-all.ts";
import { snip } from "../../src/proxies/snip.ts";
import { swapScore } from "../../src/proxies/swap.ts";
import { synflow } from "../../src/proxies/synflow.ts";
import { ntkScore } from "../../src/proxies/te-nas/ntk.ts";
import { zenScore } from "../../src/proxies/zen.ts";
import { GraphBuilder } from "../../src/spaces/graph/builder.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { images, sized } from "../networks/support.ts";
import { fingerprint, layerTotals, subjectOf } from "./support.ts";

const space = sized(nasbench201, 4, 1);
/** One path of convolutions through every cell. */
const chain = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|nor_conv_3x3~2|";
const build = (text: string): Network => discreteNetwork(space, space.parse(text), { classes: 4, seed: 3 });

const batch = (): ProxyBatch => ({
  images: images(6, 8),
  labels: tensor([0, 1, 2, 3, 0, 1], [6], { dtype: "int64" }),
});

const score = (proxy: ZeroCostProxy, network: ScoredNetwork, own: ProxyBatch): number =>
  scoreAll(network, own, [proxy], { seed: 1 }).get(proxy.name) as number;

/** A convolution in the first cell, followed by batch norm. */
const normalizedConv = (network: Network): Conv =>
  [...(network.blocks[0] as Network["blocks"][number]).modules()].find((module) => module instanceof Conv) as Conv;

describe("E. conservation of the synaptic flow", () => {
  it("every convolution of a chain carries the same total", () => {
    using network = build(chain);
    scope(() => {
      // Stem, three convolutions of the first cell: nothing runs beside them.
      const totals = layerTotals(network, batch()).slice(0, 4);
      const [first = 0] = totals;
      expect(first).toBeGreaterThan(0);
      for (const total of totals) expect(Math.abs(total / first - 1)).toBeLessThan(1e-12);
    });
  });

  it("the total is that of all weights, whether their gradients are computed or not", () => {
    using network = build(chain);
    scope(() => {
      const own = subjectOf(network, batch());
      const byWeights = synapticFlow.observe(own, new Set(["gradients"]), ({ weights, gradients }) =>
        weights.reduce((total, weight, i) => total + sum(product(weight, gradients[i] as Tensor)).item(), 0),
      );
      const total = score(synflow, network, batch());
      expect(Math.abs(total / byWeights - 1)).toBeLessThan(1e-12);
    });
  });
});

describe("E. conservation of the synaptic flow in graphs without biases", () => {
  type Write = (build: GraphBuilder) => ReturnType<GraphBuilder["conv"]>;
  const graph = (write: Write) => {
    const build = new GraphBuilder();
    const network = graphNetwork(build.classifier(write(build), 4), { seed: 5 });
    scope(() => noGrad(() => void fill_(network.classifier.bias, 0)));
    return network;
  };
  const flow = (network: ScoredNetwork, changed: ReadonlyMap<Tensor, Tensor> = new Map()): number =>
    scope(() => {
      const absolute = [...network.parameters()].map(
        (weight) => [weight, abs(to(changed.get(weight) ?? weight, { dtype: "float64" }))] as const,
      );
      const image = ones([1, 3, 8, 8], { dtype: "float64" });
      return withData(new Map(absolute), () => sum(network.forward(image, { mode: "off" }).logits).item());
    });
  const expectClose = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-12);
  const weights = (network: ScoredNetwork): Tensor[] => scoredLayers(network).map(({ weight }) => weight);

  it.each<[string, Write]>([
    ["convolutions", (b) => b.relu(b.conv(b.relu(b.conv(b.images, 4, 3)), 6, 3, { stride: 2 }))],
    ["an average pool", (b) => b.relu(b.conv(b.pool(b.relu(b.conv(b.images, 4, 3)), "average", 3, 2), 4, 1))],
    ["a max pool", (b) => b.relu(b.conv(b.pool(b.relu(b.conv(b.images, 4, 3)), "max", 3, 2), 4, 1))],
    ["a limited ReLU", (b) => b.relu(b.conv(b.relu(b.conv(b.images, 4, 3), 0.01), 4, 1), 0.01)],
  ])("every layer of a chain with %s carries R", (_, write) => {
    using network = graph(write);
    scope(() => {
      const totals = layerTotals(network, batch());
      expect(totals).toHaveLength(3);
      for (const total of totals) expectClose(total, flow(network));
    });
  });

  it("parallel layers carry R less what flows past them", () => {
    using network = graph((b) => {
      const x = b.relu(b.conv(b.images, 4, 3));
      return b.sum([b.conv(x, 4, 3), b.conv(x, 4, 1), x]);
    });
    scope(() => {
      const [, first = 0, second = 0] = layerTotals(network, batch());
      const [, ...parallel] = weights(network).slice(0, 3);
      const past = flow(network, new Map(parallel.map((weight) => [weight, mulScalar(weight, 0)])));
      expect(past).toBeGreaterThan(0);
      expectClose(first + second, flow(network) - past);
    });
  });

  it("scaling a layer scales the total", () => {
    using network = graph((b) => b.relu(b.conv(b.relu(b.conv(b.images, 4, 3)), 6, 3)));
    scope(() => {
      const [weight] = weights(network) as [Tensor];
      const before = score(synflow, network, batch());
      const after = withData(new Map([[weight, mulScalar(weight, 3)]]), () => score(synflow, network, batch()));
      expect(Math.abs(after / before / 3 - 1)).toBeLessThan(1e-6);
    });
  });
});

/** A network that does not show what it is made of. */
class Plain extends Module implements ScoredNetwork {
  readonly network: Network;

  constructor(network: Network) {
    super();
    this.network = network;
  }

  forward(x: Tensor, context: ForwardContext): Outputs {
    return this.network.forward(x, context);
  }
}

/** Averages over many draws take one here. */
const quick = proxies.map((proxy) => {
  const single: readonly ZeroCostProxy[] = [
    zenScore({ repeats: 1 }),
    swapScore({ repeats: 1 }),
    ntkScore({ repeats: 1 }),
  ];
  return single.find(({ name }) => name === proxy.name) ?? proxy;
});

const product = (a: Tensor, b: Tensor): Tensor => foreach.mulPairs([a], [b])[0] as Tensor;

describe("N. batch norm takes the scale out", () => {
  it("snip does not change with the scale of a convolution before it", () => {
    using network = build(chain);
    scope(() => {
      const own = batch();
      const { weight } = normalizedConv(network);
      const before = score(snip, network, own);
      const after = withData(new Map([[weight, mulScalar(weight, 3)]]), () => score(snip, network, own));
      expect(Math.abs(after / before - 1)).toBeLessThan(1e-3);
    });
  });

  it("Σ w·g of a convolution before it is 0", () => {
    using network = build(chain);
    scope(() => {
      const conv = normalizedConv(network);
      trainingPass.observe(subjectOf(network, batch()), new Set(["gradients"]), ({ weights, gradients }) => {
        const products = product(conv.weight, gradients[weights.indexOf(conv.weight)] as Tensor).toArray();
        const signed = products.reduce((total, value) => total + value, 0);
        const absolute = products.reduce((total, value) => total + Math.abs(value), 0);
        expect(absolute).toBeGreaterThan(0);
        expect(Math.abs(signed) / absolute).toBeLessThan(1e-3);
      });
    });
  });

  it.each([nwot, nwotEval])("$name does not change with the scale of a ReLU's input", (proxy) => {
    const graph = new GraphBuilder();
    const first = graph.relu(graph.conv(graph.images, 4, 3));
    using network = graphNetwork(graph.classifier(graph.relu(graph.conv(first, 4, 3)), 4), { seed: 2 });
    scope(() => {
      const [weight] = scoredLayers(network).map((layer) => layer.weight) as [Tensor];
      const own = batch();
      const before = score(proxy, network, own);
      // A power of two, so that no rounding comes in between.
      const after = withData(new Map([[weight, mulScalar(weight, 1024)]]), () => score(proxy, network, own));
      expect(before).toBeGreaterThan(0);
      expect(after).toBe(before);
    });
  });
});

describe("networks that are not made of cells", () => {
  /** A stem, a residual block and a classifier. */
  const residual = (): ScoredNetwork => {
    const graph = new GraphBuilder();
    const stem = graph.block(graph.convNormRelu(graph.images, 4, 3));
    const block = graph.block(graph.sum([stem, graph.reluConvNorm(stem, 4, 3)]));
    return graphNetwork(graph.classifier(graph.relu(block), 4), { seed: 2 });
  };

  it.each(quick.map((proxy) => [proxy.name, proxy] as const))("%s scores them, or says that it cannot", (_, proxy) => {
    using network = residual();
    scope(() => {
      const before = fingerprint(network);
      if (proxy.networks === "cells") expect(() => score(proxy, network, batch())).toThrow(/this space has none/);
      else expect(score(proxy, network, batch())).not.toBeNaN();
      expect(fingerprint(network)).toEqual(before);
    });
  });

  it("nwot_eval is the same by the plain pass as by the fast one", () => {
    using network = build(chain);
    scope(() => {
      const own = batch();
      const plain: ScoredNetwork = new Plain(network);
      expect(score(nwotEval, plain, own)).toBeCloseTo(score(nwotEval, network, own), 9);
    });
  });
});
