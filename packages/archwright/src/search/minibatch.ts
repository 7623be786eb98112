/** Minibatches of images as tensors. */
import { permute, scope, tensor, to } from "@archwright/torch";
import type { Batch } from "../data/sampler.ts";
import type { ProxyBatch } from "../proxies/proxy.ts";

/** A batch as tensors on `device`, images channels-last. They belong to the current scope. */
export function toTensors(batch: Batch, device: string): ProxyBatch {
  const { images, labels, size, height, width, channels } = batch;
  return scope(() => {
    const shape = [size, height, width, channels];
    const tensors = {
      images: permute(tensor(images, shape, { share: true }), [0, 3, 1, 2]),
      labels: to(tensor(labels), { dtype: "int64" }),
    };
    if (device === "cpu") return tensors;
    return { images: to(tensors.images, { device }), labels: to(tensors.labels, { device }) };
  });
}
