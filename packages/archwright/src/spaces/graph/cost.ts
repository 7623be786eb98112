/** Parameters and multiply-adds of a network graph. */
import { ArchwrightError } from "../../errors.ts";
import type { Cost } from "../cost.ts";
import type { GraphLayer, NetworkGraph } from "./graph.ts";

export interface GraphCost extends Cost {
  /** Values that leave batch norms, for one image: some tables count their work, too. */
  readonly normalized: number;
}

/**
 * Trainable weights, and multiply-adds of convolutions and the classifier for one image of `imageSize` pixels
 * along a side. Throws `ArchwrightError("usage")` for images that are too small.
 */
export function graphCost({ nodes }: NetworkGraph, imageSize: number): GraphCost {
  const sizes: number[] = [];
  let parameters = 0;
  let macs = 0;
  let normalized = 0;
  for (const { layer, inputs } of nodes) {
    const before = inputs.length === 0 ? imageSize : (sizes[inputs[0] as number] as number);
    const size = outputSize(layer, before);
    if (size < 1) {
      throw new ArchwrightError("usage", `images of ${imageSize} pixels are too small for this network`, {
        details: { imageSize },
      });
    }
    sizes.push(size);
    const weights = weightCount(layer);
    parameters += weights + biasCount(layer);
    if (layer.kind === "conv" || layer.kind === "classifier") macs += weights * size * size;
    if (layer.kind === "batch-norm") normalized += layer.channels * size * size;
  }
  return { parameters, macs, normalized };
}

/** Pixels along a side of a layer's output. */
function outputSize(layer: GraphLayer, size: number): number {
  switch (layer.kind) {
    case "conv":
    case "pool":
      return Math.floor((size + 2 * layer.padding - layer.kernel) / layer.stride) + 1;
    case "zero":
      return Math.ceil(size / layer.stride);
    case "classifier":
      return 1;
    default:
      return size;
  }
}

function weightCount(layer: GraphLayer): number {
  if (layer.kind === "conv") return (layer.inputs / layer.groups) * layer.outputs * layer.kernel ** 2;
  return layer.kind === "classifier" ? layer.inputs * layer.outputs : 0;
}

function biasCount(layer: GraphLayer): number {
  if (layer.kind === "batch-norm") return 2 * layer.channels;
  return layer.kind === "classifier" && layer.bias ? layer.outputs : 0;
}
