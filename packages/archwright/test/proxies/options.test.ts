/** What the options of proxies change, and blocks and cells whose scores are known. */
import { Generator, randn, scope, type Tensor, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { graphNetwork } from "../../src/networks/graph/network.ts";
import { discreteNetwork, type Network } from "../../src/networks/network.ts";
import { expressivity } from "../../src/proxies/az-nas/expressivity.ts";
import { progressivity } from "../../src/proxies/az-nas/progressivity.ts";
import { sizeScore, trainability } from "../../src/proxies/az-nas/trainability.ts";
import { eznasScore } from "../../src/proxies/eznas.ts";
import { gradSignScore } from "../../src/proxies/gradsign.ts";
import { lSwagScore } from "../../src/proxies/l-swag.ts";
import { mecoScore } from "../../src/proxies/meco.ts";
import { scoredLayers } from "../../src/proxies/observation/layers.ts";
import { trainingPass } from "../../src/proxies/observation/training-pass.ts";
import type { ProxyBatch, ScoredNetwork, ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { scoreAll } from "../../src/proxies/score-all.ts";
import { swapScore } from "../../src/proxies/swap.ts";
import { linearRegionsScore } from "../../src/proxies/te-nas/linear-regions.ts";
import { GraphBuilder } from "../../src/spaces/graph/builder.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { sized } from "../networks/support.ts";
import { subjectOf } from "./support.ts";

const space = sized(nasbench201, 4, 1);
const build = (text: string): Network => discreteNetwork(space, space.parse(text), { classes: 4, seed: 3 });
/** Its convolution on the first edge leads nowhere. */
const partlyDead = "|nor_conv_3x3~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|";

const batch = (): ProxyBatch => ({
  images: randn([8, 3, 8, 8], new Generator(5)),
  labels: tensor([0, 1, 2, 3, 0, 1, 2, 3], [8], { dtype: "int64" }),
});

const score = (proxy: ZeroCostProxy, network: ScoredNetwork): number =>
  scope(() => scoreAll(network, batch(), [proxy], { seed: 1 }).get(proxy.name) as number);

const total = (tensors: readonly Tensor[]): number => tensors.reduce((count, { size }) => count + size, 0);

describe("gradsign", () => {
  it("has a mean over all weights, and one over those that gradients reach (§4.2)", () => {
    using network = build(partlyDead);
    scope(() => {
      const weights = total(scoredLayers(network).map(({ weight }) => weight));
      const reached = trainingPass.observe(subjectOf(network, batch()), new Set(["gradients"]), ({ gradients }) =>
        total(gradients),
      );
      expect(reached).toBeLessThan(weights);
      const whole = score(gradSignScore(), network);
      expect(score(gradSignScore({ over: "mean" }), network) * weights).toBeCloseTo(whole, 6);
      expect(score(gradSignScore({ over: "reached-mean" }), network) * reached).toBeCloseTo(whole, 6);
    });
  });
});

describe("swap", () => {
  it("prefers networks of a size: times exp(-(P - μ)²/σ), P in thousands (§4.4)", () => {
    using network = build(partlyDead);
    const thousands = network.parameters().reduce((sum, { size }) => sum + size, 0) / 1000;
    const options = { repeats: 2, images: 8 };
    const whole = score(swapScore(options), network);
    expect(whole).toBeGreaterThan(1);
    const sized = score(swapScore({ ...options, size: { mu: thousands + 2, sigma: 8 } }), network);
    expect(sized / whole).toBeCloseTo(Math.exp(-4 / 8), 12);
  });

  it.each([0, 25, 2.5])("cannot take %d images", (images) => {
    expect(() => swapScore({ images })).toThrow(`swap takes 1 to 24 images, got ${images}`);
    expect(() => swapScore({ images })).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("l_swag", () => {
  it("adds up over the parts of the depth, and takes the patterns of the first ReLUs (§4.8)", () => {
    using network = build("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|nor_conv_3x3~2|");
    const whole = score(lSwagScore(), network);
    const parts = [[0, 0.5] as const, [0.5, 1] as const].map((depth) => score(lSwagScore({ depth }), network));
    expect(parts.reduce((a, b) => a + b)).toBeCloseTo(whole, 6);
    const early = score(lSwagScore({ patternDepth: 0.2 }), network);
    expect(Math.abs(early)).toBeLessThan(Math.abs(whole));
    expect(score(lSwagScore({ patternDepth: 0 }), network)).toBeCloseTo(0, 12);
  });
});

describe("meco", () => {
  it("counts feature maps again with the containers they leave (§4.5)", () => {
    using network = build(partlyDead);
    const alone = score(mecoScore(), network);
    expect(alone).toBeGreaterThan(0);
    expect(score(mecoScore({ containers: true }), network)).toBeGreaterThan(alone);
  });
});

describe("eznas_a", () => {
  it("of the weights of 1×1 convolutions: .5 for every one of them (§4.7)", () => {
    const graph = new GraphBuilder();
    const first = graph.convNormRelu(graph.images, 4, 3);
    const second = graph.relu(graph.norm(graph.conv(first, 8, 1)));
    const third = graph.relu(graph.norm(graph.conv(second, 6, 1)));
    using network = graphNetwork(graph.classifier(third, 4), { seed: 2 });
    const tripled = score(eznasScore({ tensor: "weight-gradient", images: 4 }), network);
    expect(tripled).toBeCloseTo((0.5 * (Math.sqrt(4 * 8) + Math.sqrt(8 * 6))) / 2, 6);
  });
});

it("eznas_a counts triples behind a node of zeros as 0", () => {
  // Node 1 is zero, and so are the gradients behind the ReLU of 1→2: one triple more than without that edge, each scoring 0.
  const scores = ["nor_conv_3x3~1", "none~1"].map((operation) => {
    using network = build(`|none~0|+|nor_conv_3x3~0|${operation}|+|none~0|none~1|nor_conv_1x1~2|`);
    return score(eznasScore({ images: 4 }), network);
  });
  const [dead = 0, without = 0] = scores;
  expect(dead).toBeGreaterThan(0);
  expect(dead).toBeLessThan(without);
});

describe("linear_regions", () => {
  const regions = (text: string): number => {
    using network = build(text);
    return score(linearRegionsScore({ repeats: 1 }), network);
  };

  it("of a cell without ReLU is one", () => {
    expect(regions("|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|none~1|avg_pool_3x3~2|")).toBe(1);
    expect(regions("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")).toBe(1);
  });

  it("of one ReLU on a map of 3×3 is at most 2⁹, and grows with the ReLUs", () => {
    const one = regions("|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|");
    expect(one).toBeGreaterThan(100);
    expect(one).toBeLessThanOrEqual(2 ** 9);
    const two = regions("|nor_conv_3x3~0|+|none~0|none~1|+|nor_conv_1x1~0|nor_conv_1x1~1|none~2|");
    expect(two).toBeGreaterThan(one);
  });
});

describe("AZ-NAS on blocks that are known (§4.3)", () => {
  type Block = (graph: GraphBuilder, x: ReturnType<GraphBuilder["relu"]>) => ReturnType<GraphBuilder["relu"]>;
  const scores = (...blocks: readonly Block[]) => {
    const graph = new GraphBuilder();
    let x = graph.block(graph.convNormRelu(graph.images, 4, 3));
    for (const block of blocks) x = graph.block(block(graph, x));
    using network = graphNetwork(graph.classifier(x, 4), { seed: 2 });
    return [expressivity, progressivity, trainability].map((proxy) => score(proxy, network));
  };

  it("a block that passes its input on is worst, and does not change the entropy", () => {
    const [, step, gradients] = scores((_, x) => x);
    expect(step).toBe(0);
    expect(gradients).toBe(Number.NEGATIVE_INFINITY);
  });

  it("a block of zeros has no entropy, and makes nothing of a gradient", () => {
    const [entropy, step, gradients] = scores((graph, x) => graph.zero(x, 4, 1));
    expect(entropy).toBe(Number.NEGATIVE_INFINITY);
    expect(step).toBe(Number.NEGATIVE_INFINITY);
    expect(gradients).toBe(sizeScore(0));
    expect(sizeScore(0)).toBeCloseTo(2 - 1e6, 6);
  });

  it("pairs have a mean: with a sum of two inputs, s is near 2 where one is passed on", () => {
    const [, , double] = scores((graph, x) => graph.sum([x, x]));
    // M = 2·BᵀB/n for random signs B: s is 2 but for chance correlations of 4 channels over 512 positions.
    expect(double).toBeLessThan(-0.5);
    expect(double).toBeGreaterThan(-1);
    const [, , both] = scores(
      (graph, x) => graph.sum([x, x]),
      (graph, x) => graph.zero(x, 4, 1),
    );
    expect(2 * (both as number) - sizeScore(0)).toBeLessThan(-0.5);
  });

  it("a network that names no blocks is refused", () => {
    const graph = new GraphBuilder();
    using network = graphNetwork(graph.classifier(graph.convNormRelu(graph.images, 4, 3), 4), { seed: 2 });
    expect(() => score(expressivity, network)).toThrow(/compare blocks, and this network names none/);
  });
});

it("a cell of zeros has a trainability, as small as there is", () => {
  using network = build("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  const found = score(trainability, network);
  expect(found).toBeLessThan(-1e5);
  expect(Number.isNaN(found)).toBe(false);
});
