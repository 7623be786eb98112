/** The autoencoder: its parameters, what its encoder must not see, losses of batches and of single graphs (svge §9). */
import { add, exp, Generator, gradOrNull, mulScalar, noGrad, scope, sum, type Tensor, tensor } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import { Autoencoder, graphPair } from "../../src/embeddings/autoencoder.ts";
import { graphBatch } from "../../src/embeddings/graphs/batch.ts";
import { type LabelledGraph, reversed } from "../../src/embeddings/graphs/labelled-graph.ts";
import { graphCodecOf } from "../../src/embeddings/graphs/registry.ts";
import { divergence } from "../../src/embeddings/losses.ts";
import { Predictor } from "../../src/embeddings/predictor.ts";
import { Random } from "../../src/random.ts";

const small = { state: 12, latent: 5, layers: 2 };
const count = (model: { parameters(): Tensor[] }): number =>
  model.parameters().reduce((all, { size }) => all + size, 0);

const nasbench101 = graphCodecOf({ name: "nasbench101" });

function randomGraphs(count: number, seed = 1): LabelledGraph[] {
  const random = Random.stream(seed, "test/graphs");
  return Array.from({ length: count }, () => nasbench101.toGraph(nasbench101.space.random(random)));
}

it("has the published numbers of parameters", () => {
  using model = new Autoencoder(5, new Generator(1));
  using head = new Predictor(56, new Generator(1));
  expect([count(model.encoder), count(model.decoder), count(model)]).toEqual([845_739, 1_399_382, 2_245_121]);
  expect(count(head)).toBe(2_115);
});

/** The same graph with its nodes in another order, as matrices: no codec makes such an order. */
function permuted(graph: LabelledGraph, order: readonly number[]): { labels: number[]; sources: number[][] } {
  const place = order.map((_, v) => order.indexOf(v));
  return {
    labels: order.map((v) => graph.labels[v] as number),
    sources: order.map((v) => (graph.sources[v] as readonly number[]).map((u) => place[u] as number)),
  };
}

describe("the encoder", () => {
  const mean = (model: Autoencoder, graph: LabelledGraph): number[] => scope(() => model.encode([graph]).toArray());

  it("does not depend on the order of the nodes", () => {
    using model = new Autoencoder(5, new Generator(3));
    for (const [g, graph] of randomGraphs(8).entries()) {
      const order = [...Random.stream(g, "test/order").permutation(graph.labels.length)];
      const [one, other] = [mean(model, graph), mean(model, permuted(graph, order))];
      for (const [i, value] of one.entries()) expect(Math.abs(value - (other[i] as number))).toBeLessThan(1e-5);
    }
  });

  it("sees the direction of edges", () => {
    using model = new Autoencoder(5, new Generator(3), small);
    const graph = { labels: [1, 2, 3, 0], sources: [[], [0], [0, 1], [2]] };
    const turned = { labels: graph.labels, sources: [[1, 2], [2], [3], []] };
    const [one, other] = [mean(model, graph), mean(model, turned)];
    expect(Math.max(...one.map((value, i) => Math.abs(value - (other[i] as number))))).toBeGreaterThan(1e-3);
  });

  it("its two sides change places when the edges turn round", () => {
    using model = new Autoencoder(5, new Generator(3), small);
    const { forward, backward } = model.encoder.passing;
    // With the same weights on both sides, the halves of every state change places.
    scope(() => noGrad(() => forward.forEach((layer, i) => void backward[i]?.load(layer.state()))));
    const states = (graph: LabelledGraph): number[] =>
      scope(() => noGrad(() => model.encoder.states(graphBatch([graph], 4)).toArray()));
    const graph = { labels: [1, 2, 3, 0], sources: [[], [0], [0, 1], [2]] };
    const turned = { labels: graph.labels, sources: [[1, 2], [2], [3], []] };
    const [one, other] = [states(graph), states(turned)];
    const half = small.state / 2;
    for (const [i, value] of one.entries()) {
      const swapped = i % small.state < half ? i + half : i - half;
      expect(value).toBeCloseTo(other[swapped] as number, 5);
    }
  });

  it("does not see nodes that graphs are filled up with", () => {
    using model = new Autoencoder(5, new Generator(3), small);
    const graph = { labels: [1, 2, 3, 0], sources: [[], [0], [0, 1], [2]] };
    const [tight, wide] = [4, 7].map((nodes) => scope(() => model.encode([graph], nodes).toArray()));
    for (const [i, value] of (tight as number[]).entries()) expect(value).toBeCloseTo(wide?.[i] as number, 6);
  });
});

describe("the loss", () => {
  const losses = (model: Autoencoder, graphs: readonly LabelledGraph[], nodes: number) =>
    scope(() => {
      const { reconstruction, divergence } = model.loss(graphPair(graphs, nodes), undefined);
      return { reconstruction: reconstruction.item(), divergence: divergence.item() };
    });

  it("of a batch is the mean of its graphs', and their divergences add up", () => {
    using model = new Autoencoder(5, new Generator(4), small);
    const graphs = [...randomGraphs(6), { labels: [1, 0], sources: [[], [0]] }];
    const single = graphs.map((graph) => losses(model, [graph], 7));
    const all = losses(model, graphs, 7);
    const total = (name: "reconstruction" | "divergence") => single.reduce((added, loss) => added + loss[name], 0);
    expect(all.reconstruction).toBeCloseTo(total("reconstruction") / graphs.length, 5);
    expect(all.divergence).toBeCloseTo(total("divergence"), 4);
  });

  it("is the same for a graph of four nodes whether it is filled up to seven or not", () => {
    using model = new Autoencoder(5, new Generator(4), small);
    const graph = { labels: [1, 3, 4, 0], sources: [[], [0], [0, 1], [1, 2]] };
    expect(losses(model, [graph], 7).reconstruction).toBeCloseTo(losses(model, [graph], 4).reconstruction, 5);
  });

  it("counts the graph and the graph turned round: turning it round changes what is encoded, not what is generated", () => {
    using model = new Autoencoder(5, new Generator(4), small);
    const [graph] = randomGraphs(1) as [LabelledGraph];
    const generated = (one: LabelledGraph): number =>
      scope(() => {
        const pair = graphPair([one], 7);
        const still = { ...pair, forward: graphBatch([graph], 7) };
        return model.loss(still, undefined).reconstruction.item();
      });
    expect(generated(reversed(graph))).toBeCloseTo(generated(graph), 5);
  });

  it("draws its noise from the generator: the same for the same seed, and a hundredth of a deviation", () => {
    using model = new Autoencoder(5, new Generator(4), small);
    const graphs = randomGraphs(3);
    const noisy = (seed: number): number =>
      scope(() => model.loss(graphPair(graphs, 7), new Generator(seed)).reconstruction.item());
    const still = losses(model, graphs, 7).reconstruction;
    expect(noisy(1)).toBe(noisy(1));
    expect(noisy(1)).not.toBe(noisy(2));
    expect(noisy(1)).not.toBe(still);
    expect(Math.abs(noisy(1) - still)).toBeLessThan(0.05);
  });

  it("gives a gradient to every parameter, as finite differences do", () => {
    using model = new Autoencoder(5, new Generator(4), { ...small, state: 6, layers: 1 });
    const graphs = randomGraphs(2);
    const value = (): number => {
      const { reconstruction, divergence } = losses(model, graphs, 7);
      return reconstruction + 0.005 * divergence;
    };
    const parameters = [...model.namedParameters()];
    const gradients = scope(() => {
      const { reconstruction, divergence } = model.loss(graphPair(graphs, 7), undefined);
      const total = add(reconstruction, mulScalar(divergence, 0.005));
      return gradOrNull(
        total,
        parameters.map(([, parameter]) => parameter),
      ).map((gradient) => gradient?.toArray());
    });
    expect(gradients.every((gradient) => gradient !== undefined)).toBe(true);
    for (const [p, [name, parameter]] of parameters.entries()) {
      if (!/(weight|embedding|Weight)$/.test(name)) continue;
      const gradient = gradients[p] as number[];
      const i = gradient.reduce((most, one, at) => (Math.abs(one) > Math.abs(gradient[most] as number) ? at : most), 0);
      const data = parameter.view() as Float32Array;
      const [before, step] = [data[i] as number, 3e-3];
      data[i] = before + step;
      const above = value();
      data[i] = before - step;
      const below = value();
      data[i] = before;
      const slope = (above - below) / (2 * step);
      // In single precision; between the two a ReLU may open.
      expect(Math.abs(slope - (gradient[i] as number)), name).toBeLessThan(2e-3 + 0.02 * Math.abs(slope));
    }
  });
});

describe("the divergence", () => {
  it("is 0 for the standard normal, and 1/2 μ² beside it", () => {
    scope(() => {
      const at = (mean: number, logVariance: number): number =>
        divergence({ mean: tensor([mean, 0], [1, 2]), logVariance: tensor([logVariance, 0], [1, 2]) }).item();
      expect(at(0, 0)).toBeCloseTo(0, 12);
      expect(at(3, 0)).toBeCloseTo(4.5, 6);
      // −½(1 + l − eˡ)
      expect(at(0, 1)).toBeCloseTo((Math.E - 2) / 2, 6);
    });
  });

  it("has the gradients μ and (σ² − 1)/2", () => {
    scope(() => {
      const mean = tensor([0.3, -1.2], [1, 2]);
      const logVariance = tensor([0.5, -0.7], [1, 2]);
      for (const leaf of [mean, logVariance]) leaf.requiresGrad = true;
      const [ofMean, ofVariance] = gradOrNull(sum(divergence({ mean, logVariance })), [mean, logVariance]);
      const variance = exp(logVariance).toArray();
      for (const [i, value] of [0.3, -1.2].entries()) {
        expect(ofMean?.toArray()[i]).toBeCloseTo(value, 6);
        expect(ofVariance?.toArray()[i]).toBeCloseTo(((variance[i] as number) - 1) / 2, 6);
      }
    });
  });
});
