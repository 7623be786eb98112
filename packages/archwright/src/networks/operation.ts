/** Gives weights to an operation that a space describes as layers. */
import type { Generator, Module } from "@archwright/torch";
import type { Layer, Operation, Purpose } from "../spaces/layers.ts";
import type { Transform } from "./context.ts";
import { FactoredConv } from "./factored-conv.ts";
import { BatchNorm, Conv, FactorizedReduce, Identity, Noise, Pool, ReLU, Sequence, Zero } from "./layers.ts";

export interface OperationPlace {
  /** Channels in and out. */
  readonly channels: number;
  readonly stride: 1 | 2;
  readonly purpose: Purpose;
  /** Whether a batch norm that stands behind a pool is built. @default true */
  readonly poolNorm?: boolean | undefined;
}

/** Batch norm inside cells learns a scale only in the network that is trained (space-darts §2, space-nasbench201 §1). */
export const affine = (purpose: Purpose): boolean => purpose === "evaluation";

export function buildOperation(operation: Operation, place: OperationPlace, generator: Generator): Sequence {
  const layers = operation(place);
  const kept = place.poolNorm === false ? layers.filter((_, i) => !isPoolNorm(layers, i)) : layers;
  return new Sequence(kept.map((layer) => buildLayer(layer, place, generator)));
}

const isPoolNorm = (layers: readonly Layer[], i: number): boolean =>
  layers[i]?.kind === "batch-norm" && layers[i - 1]?.kind === "pool";

function buildLayer(
  layer: Layer,
  { channels, stride, purpose }: OperationPlace,
  generator: Generator,
): Module & Transform {
  switch (layer.kind) {
    case "relu":
      return new ReLU();
    case "conv": {
      const { kernel, dilation, depthwise, strided } = layer;
      const groups = depthwise ? channels : 1;
      return new Conv(
        { inputs: channels, outputs: channels, kernel, dilation, groups, stride: strided ? stride : 1 },
        generator,
      );
    }
    case "factored-conv":
      return new FactoredConv(channels, layer.kernel, stride, generator);
    case "batch-norm":
      return new BatchNorm(channels, affine(purpose));
    case "pool":
      return new Pool(layer.mode, layer.kernel, stride);
    case "identity":
      return new Identity();
    case "zero":
      return new Zero(stride);
    case "noise":
      return new Noise(stride);
    case "factorized-reduce":
      return new FactorizedReduce(channels, channels, affine(purpose), generator);
  }
}
