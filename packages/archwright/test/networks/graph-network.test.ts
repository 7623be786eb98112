/** Networks made from graphs: shapes, the function, hooks, initial weights, memory. */
import { grad, noGrad, scope, sum, type Tensor, tensor } from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import { graphNetwork } from "../../src/networks/graph/network.ts";
import { GraphBuilder, type GraphSettings } from "../../src/spaces/graph/builder.ts";
import { graphCost } from "../../src/spaces/graph/cost.ts";
import type { NetworkGraph } from "../../src/spaces/graph/graph.ts";
import { images } from "./support.ts";

/** The sum of everything, so that the classifier's output is a known function of the features. */
function features(
  write: (build: GraphBuilder) => ReturnType<GraphBuilder["conv"]>,
  settings?: GraphSettings,
): NetworkGraph {
  const build = new GraphBuilder(settings);
  return build.classifier(write(build), 1);
}

/** The mean over the map of each channel, by setting the classifier to pick one channel. */
function channelMeans(graph: NetworkGraph, x: Tensor): number[] {
  using network = graphNetwork(graph, { seed: 0 });
  const channels = network.classifier.weight.shape[1] as number;
  return Array.from({ length: channels }, (_, c) =>
    scope(() =>
      noGrad(() => {
        const weight = Float32Array.from({ length: channels }, (_, i) => (i === c ? 1 : 0));
        network.classifier.load({ weight: tensor(weight, [1, channels]), bias: tensor(new Float32Array(1), [1]) });
        return network.forward(x, { mode: "eval" }).logits.toArray()[0] as number;
      }),
    ),
  );
}

describe("the layers without weights", () => {
  // One image, three channels of 3×3: 1..9, 10..18, 19..27.
  const values = Float32Array.from({ length: 27 }, (_, i) => i + 1);
  const means = (write: Parameters<typeof features>[0]) =>
    scope(() => channelMeans(features(write), tensor(values, [1, 3, 3, 3])));

  it("first channels, concatenation, sum", () => {
    expect(means((b) => b.firstChannels(b.images, 2))).toEqual([5, 14]);
    expect(means((b) => b.concat([b.firstChannels(b.images, 1), b.images]))).toEqual([5, 5, 14, 23]);
    expect(means((b) => b.sum([b.images, b.images, b.images]))).toEqual([15, 42, 69]);
  });

  it("shift moves up and left and fills with zeros", () => {
    const shiftedMean = (5 + 6 + 8 + 9) / 9;
    expect(means((b) => b.shift(b.images))[0]).toBeCloseTo(shiftedMean, 5);
  });

  it("zeros, pools, limited ReLU", () => {
    expect(means((b) => b.zero(b.images, 2, 2))).toEqual([0, 0]);
    // 3×3 max of 1..9 with stride 2 and padding 1: 5, 6, 8, 9.
    expect(means((b) => b.pool(b.images, "max", 3, 2))[0]).toBeCloseTo(7, 5);
    expect(means((b) => b.relu(b.images, 6))[0]).toBeCloseTo((1 + 2 + 3 + 4 + 5 + 6 * 4) / 9, 5);
  });
});

describe("a graph's network", () => {
  const graph = ((): NetworkGraph => {
    const build = new GraphBuilder({ conv: "fan-out", linear: "normal-0.01" });
    const stem = build.convNormRelu(build.images, 64, 3);
    const deep = build.reluConvNorm(stem, 64, 5, { stride: 2, groups: 64 });
    return build.classifier(build.sum([deep, build.norm(build.conv(stem, 64, 1, { stride: 2 }))]), 7);
  })();

  it("has the parameters and the maps that are counted", () => {
    using network = graphNetwork(graph, { seed: 1 });
    const parameters = network.parameters().reduce((total, { size }) => total + size, 0);
    expect(parameters).toBe(graphCost(graph, 8).parameters);
    // By hand: conv 3·64·9, norms 3·128, depthwise 64·25, conv 64², classifier 64·7 + 7.
    expect(parameters).toBe(1728 + 384 + 1600 + 4096 + 455);
    expect(graphCost(graph, 8).macs).toBe(1728 * 64 + (1600 + 4096) * 16 + 448);
    // Odd images: ⌈7/2⌉ = 4.
    expect(graphCost(graph, 7).macs).toBe(1728 * 49 + (1600 + 4096) * 16 + 448);
    scope(() => expect(network.forward(images(2, 7), { mode: "train" }).logits.shape).toEqual([2, 7]));
  });

  it("calls the hook with the input of every ReLU", () => {
    using network = graphNetwork(graph, { seed: 1 });
    const shapes: (readonly number[])[] = [];
    scope(() => void network.forward(images(2, 8), { mode: "eval", onReLU: (x) => void shapes.push(x.shape) }));
    expect(shapes).toEqual([
      [2, 64, 8, 8],
      [2, 64, 8, 8],
    ]);
  });

  it("lets gradients reach every parameter, though maps are freed on the way", () => {
    using network = graphNetwork(graph, { seed: 1 });
    scope(() => {
      const { logits } = network.forward(images(4, 8), { mode: "train" });
      for (const gradient of grad(sum(logits), network.parameters())) {
        expect(gradient.toArray().some((value) => value !== 0)).toBe(true);
      }
    });
  });

  it("is the same for the same seed only", () => {
    const first = (seed: number) => {
      using network = graphNetwork(graph, { seed });
      return network.parameters()[0]?.toArray();
    };
    expect(first(3)).toEqual(first(3));
    expect(first(3)).not.toEqual(first(4));
  });
});

describe("initial weights have the deviation of their rule", () => {
  const deviation = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  const drawn = (conv: "fan-out" | "fan-in-truncated"): number[] => {
    using network = graphNetwork(
      features((b) => b.conv(b.conv(b.images, 128, 3), 64, 5), { conv, linear: "normal-0.01" }),
      { seed: 5 },
    );
    return network.parameters()[1]?.toArray() as number[];
  };

  // 204,800 draws: the deviation of the estimate is 0.16 % of the value.
  it("N(0, 2/(k²·C_out))", () => {
    expect(deviation(drawn("fan-out")) / Math.sqrt(2 / (25 * 64))).toBeCloseTo(1, 2);
  });

  it("truncated N(0, 1/fan_in)", () => {
    const values = drawn("fan-in-truncated");
    const expected = Math.sqrt(1 / (25 * 128));
    expect(deviation(values) / expected).toBeCloseTo(1, 2);
    // Truncated at two deviations of the normal that it is cut from.
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / expected;
    expect(largest).toBeLessThan(2 / 0.8796);
    expect(largest).toBeGreaterThan(2.2);
  });
});
