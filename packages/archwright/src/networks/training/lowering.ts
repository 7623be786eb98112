/** What our training kernels can take over of an operation: recognized from its layers. */
import type { Tensor } from "@archwright/torch";
import { BatchNorm, Conv, Identity, Pool, ReLU, type Sequence, Zero } from "../layers.ts";

/** ReLU, depthwise convolution (if any), 1×1 convolution and batch norm without scale and shift. */
export interface SeparableHalf {
  readonly depthwise: Tensor | undefined;
  readonly pointwise: Tensor;
  readonly dilation: number;
  readonly norm: BatchNorm;
}

export type Lowered =
  | { readonly kind: "separable"; readonly stride: 1 | 2; readonly halves: readonly SeparableHalf[] }
  /** ReLU, dense 3×3 convolution and batch norm without scale and shift. */
  | { readonly kind: "dense"; readonly weight: Tensor; readonly norm: BatchNorm }
  | {
      readonly kind: "pool";
      readonly mode: "max" | "average";
      readonly stride: 1 | 2;
      readonly norm: BatchNorm | undefined;
    }
  | { readonly kind: "identity" }
  | { readonly kind: "zero" }
  /** Runs as its layers say. */
  | { readonly kind: "layers" };

export function lower({ layers }: Sequence): Lowered {
  const [first, second] = layers;
  if (layers.length === 1 && first instanceof Identity) return { kind: "identity" };
  if (layers.length === 1 && first instanceof Zero) return { kind: "zero" };
  if (first instanceof Pool) return lowerPool(first, second, layers.length) ?? { kind: "layers" };
  return lowerDense(layers) ?? lowerSeparable(layers) ?? { kind: "layers" };
}

const unscaled = (layer: unknown): layer is BatchNorm => layer instanceof BatchNorm && layer.weight === undefined;

function lowerPool(pool: Pool, next: unknown, length: number): Lowered | undefined {
  const { mode, stride } = pool;
  if (pool.kernel !== 3 || pool.padding !== 1 || (stride !== 1 && stride !== 2)) return undefined;
  if (length === 1) return { kind: "pool", mode, stride, norm: undefined };
  return length === 2 && unscaled(next) ? { kind: "pool", mode, stride, norm: next } : undefined;
}

function lowerDense(layers: Sequence["layers"]): Lowered | undefined {
  const [relu, conv, norm] = layers;
  if (layers.length !== 3 || !(relu instanceof ReLU) || !(conv instanceof Conv) || !unscaled(norm)) return undefined;
  const [outputs = 0, inputs = 0, kernel] = conv.weight.shape;
  const { stride, dilation, padding, groups, weight } = conv;
  const plain = kernel === 3 && stride === 1 && dilation === 1 && padding === 1 && groups === 1;
  return plain && outputs % 16 === 0 && inputs % 16 === 0 ? { kind: "dense", weight, norm } : undefined;
}

function lowerSeparable(layers: Sequence["layers"]): Lowered | undefined {
  const halves: SeparableHalf[] = [];
  let stride: number | undefined;
  for (let i = 0; i < layers.length; ) {
    if (!(layers[i++] instanceof ReLU)) return undefined;
    const depthwise = isDepthwise(layers[i]) ? (layers[i++] as Conv) : undefined;
    const pointwise = layers[i++];
    const norm = layers[i++];
    if (!isPointwise(pointwise) || !unscaled(norm)) return undefined;
    const own = depthwise?.stride ?? pointwise.stride;
    // Between the halves the stride is 1, and behind a depthwise convolution too.
    if (halves.length > 0 && own !== 1) return undefined;
    if (depthwise !== undefined && pointwise.stride !== 1) return undefined;
    stride ??= own;
    const dilation = depthwise?.dilation ?? 1;
    halves.push({ depthwise: depthwise?.weight, pointwise: pointwise.weight, dilation, norm });
  }
  return stride === 1 || stride === 2 ? { kind: "separable", stride, halves } : undefined;
}

function isDepthwise(layer: unknown): layer is Conv {
  if (!(layer instanceof Conv)) return false;
  const [outputs, inputs, kernel = 0] = layer.weight.shape;
  const { groups, dilation, padding } = layer;
  const supported =
    [3, 5, 7].includes(kernel) && [1, 2].includes(dilation) && padding === (dilation * (kernel - 1)) / 2;
  return groups > 1 && groups === outputs && inputs === 1 && supported;
}

function isPointwise(layer: unknown): layer is Conv {
  return layer instanceof Conv && layer.weight.shape[2] === 1 && layer.groups === 1 && layer.padding === 0;
}
