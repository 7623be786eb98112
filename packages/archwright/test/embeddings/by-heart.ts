/** What a model that has learnt 16 graphs by heart must do (svge §9.8-10). */
import { scope } from "@archwright/torch";
import { expect } from "vitest";
import { mostFrequent } from "../../src/embeddings/evaluation/prior.ts";
import { exactShare } from "../../src/embeddings/evaluation/reconstruction.ts";
import { generate } from "../../src/embeddings/generation.ts";
import { graphKey, type LabelledGraph } from "../../src/embeddings/graphs/labelled-graph.ts";
import { graphCodecOf } from "../../src/embeddings/graphs/registry.ts";
import { Random } from "../../src/random.ts";
import { graphsOf, learntByHeart } from "./support.ts";

export function checkLearntByHeart(space: string, epochs: number): void {
  const codec = graphCodecOf({ name: space });
  const graphs = graphsOf(space, 16);
  const { model, mostNodes, dispose } = learntByHeart(space, graphs, epochs);
  expect(exactShare(model, graphs, mostNodes)).toBeGreaterThanOrEqual(0.99);
  scope(() => {
    const z = model.encode(graphs, mostNodes);
    const drawn = generate(model, z, { mostNodes, draws: 20 }, Random.stream(2, "test/drawn"));
    const usual = drawn.map((some) => mostFrequent(codec, some)?.graph);
    const right = usual.filter(
      (graph, g) => graph !== undefined && graphKey(graph) === graphKey(graphs[g] as LabelledGraph),
    );
    expect(right.length).toBeGreaterThanOrEqual(15);
    for (const graph of drawn.flat()) {
      expect(graph.labels.length).toBeLessThanOrEqual(mostNodes);
      expect(graph.labels.filter((label) => label === 0)).toHaveLength(1);
      expect(graph.labels.at(-1)).toBe(0);
    }
  });
  dispose();
}
