/** Real images for exported files, and what our own network makes of them. */
import { scope } from "@archwright/torch";
import type { Dataset, ImageSet } from "../../data/dataset.ts";
import { type Batch, inOrder } from "../../data/sampler.ts";
import { slice } from "../../data/split.ts";
import { ArchwrightError } from "../../errors.ts";
import { evaluationNoise, logitsOf } from "../../networks/predict.ts";
import type { TrainedModel } from "../../networks/trained-model.ts";
import { toTensors } from "../../search/minibatch.ts";
import { predictedClass } from "../../statistics/classification.ts";

export const BATCH = 64;

/** The first test images; training images where there are none. */
export function someImages({ test, train }: Dataset, count: number): ImageSet {
  const set = test ?? train;
  return slice(set, 0, Math.min(count, set.count));
}

/** As [batch, 3, size, size] values. */
export function normalized(model: TrainedModel, images: ImageSet): [values: Float32Array, shape: number[]] {
  const values = scope(() => Float32Array.from(toTensors(whole(model, images), "cpu").images.toArray()));
  return [values, [images.count, 3, images.height, images.width]];
}

export function* batches(model: TrainedModel, images: ImageSet) {
  for (let from = 0; from < images.count; from += BATCH) {
    const [values, shape] = normalized(model, slice(images, from, Math.min(from + BATCH, images.count)));
    yield { values, shape };
  }
}

export const ourLogits = (model: TrainedModel, images: ImageSet): Float32Array =>
  scope(() => logitsOf(model.network, toTensors(whole(model, images), "cpu").images, evaluationNoise()));

/** How many of the largest logits are their label's. */
export function hits(logits: ArrayLike<number>, labels: Uint16Array): number {
  const predictions = { probabilities: Float64Array.from(logits), labels, classes: logits.length / labels.length };
  return labels.reduce((right, label, n) => right + Number(predictedClass(predictions, n) === label), 0);
}

function whole(model: TrainedModel, images: ImageSet): Batch {
  const [batch] = inOrder(images, images.count, model);
  if (batch === undefined) throw new ArchwrightError("data", "there are no images to check the export on");
  return batch;
}
