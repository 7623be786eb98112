/** Autoencoders for the tests: small ones, and graphs to train them on. */
import { Generator } from "@archwright/torch";
import { Autoencoder } from "../../src/embeddings/autoencoder.ts";
import type { LabelledGraph } from "../../src/embeddings/graphs/labelled-graph.ts";
import { graphCodecOf } from "../../src/embeddings/graphs/registry.ts";
import { type EmbeddingSettings, embeddingSettings } from "../../src/embeddings/training/settings.ts";
import { EmbeddingTrainer } from "../../src/embeddings/training/trainer.ts";
import { Random } from "../../src/random.ts";

export const smallSizes = { state: 64, latent: 16, layers: 1 };

/** Drawn as the space draws them. */
export function graphsOf(space: string, count: number, seed = 5): LabelledGraph[] {
  const codec = graphCodecOf({ name: space });
  const random = Random.stream(seed, "test/graphs");
  return Array.from({ length: count }, () => codec.toGraph(codec.space.random(random)));
}

export function trainerOf(space: string, graphs: readonly LabelledGraph[], set: Partial<EmbeddingSettings>) {
  const { labels, mostNodes } = graphCodecOf({ name: space });
  const model = new Autoencoder(labels.length, new Generator(2), smallSizes);
  const settings = embeddingSettings.parse({
    ...smallSizes,
    batch: 16,
    learningRate: 3e-3,
    schedule: "cosine",
    ...set,
  });
  const trainer = new EmbeddingTrainer({ model, mostNodes, train: graphs, heldOut: [], settings, seed: 3 });
  const dispose = (): void => {
    trainer[Symbol.dispose]();
    model.dispose();
  };
  return { model, mostNodes, trainer, dispose };
}

/** A model that has learnt its graphs by heart. */
export function learntByHeart(space: string, graphs: readonly LabelledGraph[], epochs: number) {
  const made = trainerOf(space, graphs, { epochs });
  while (!made.trainer.finished) made.trainer.step();
  return made;
}
