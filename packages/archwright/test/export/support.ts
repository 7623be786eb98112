/** Small models of every space, as after a training. */
import {
  add_,
  addScalar,
  contiguous,
  copy_,
  Generator,
  mulScalar,
  noGrad,
  rand,
  randn,
  scope,
} from "@archwright/torch";
import { finalNetwork } from "../../src/networks/final-network.ts";
import { evaluationNoise, logitsOf } from "../../src/networks/predict.ts";
import { networkDescription, type TrainedModel } from "../../src/networks/trained-model.ts";
import { Random } from "../../src/random.ts";
import type { ArchitectureSpace } from "../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";

/** A random architecture of the space, at a small size where it has several. */
export function randomModel(name: string, seed: number, imageSize = 32): TrainedModel {
  const space = findArchitectureSpace(name) as ArchitectureSpace;
  const random = Random.stream(seed, `test/export/${name}`);
  const size =
    space.supernet === undefined
      ? undefined
      : space.supernet.cells.length === 1
        ? { channels: 4, cells: 1 }
        : { channels: 4, cells: 4 };
  const description = {
    space,
    architecture: space.random(random),
    size,
    classes: ["cat", "dog", "fish"],
    imageSize,
    mean: [0.5, 0.4, 0.3],
    std: [0.2, 0.25, 0.3],
  };
  const network = finalNetwork(networkDescription(description), { seed });
  const generator = new Generator(seed);
  noGrad(() =>
    scope(() => {
      for (const [key, value] of Object.entries(network.state())) {
        if (key.endsWith("runningMean")) copy_(value, mulScalar(randn(value.shape, generator), 0.2));
        else if (key.endsWith("runningVariance")) copy_(value, addScalar(rand(value.shape, generator), 0.5));
        else if (value.shape.length === 1) add_(value, mulScalar(randn(value.shape, generator), 0.2));
      }
    }),
  );
  return { ...description, network };
}

/** Normalized images as [batch, 3, size, size] values, and the network's logits for them. */
export function imagesAndLogits({ network, imageSize }: TrainedModel, batch = 2) {
  return scope(() => {
    const drawn = randn([batch, 3, imageSize, imageSize], new Generator(7));
    const logits = logitsOf(network, contiguous(drawn, { memoryFormat: "channels_last" }), evaluationNoise());
    return { values: Float32Array.from(drawn.toArray()), shape: [batch, 3, imageSize, imageSize], logits };
  });
}
