/** Images and labels as the tensors that proxies take. */
import {
  contiguous,
  detachFromScope,
  permute,
  scope,
  type Tensor,
  tensor,
  to,
  upsampleBilinear2d,
} from "@archwright/torch";
import type { ProxyBatch } from "./proxy.ts";

/** A minibatch, or several one after the other, as numbers. */
export interface ImageBlock {
  /** count × height × width × 3, normalized. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Images of another height and width than `size` are scaled bilinearly. The tensors belong to the caller. */
export function proxyBatch(
  { images, labels, count, height, width }: ImageBlock,
  size: number,
  device: string,
): ProxyBatch {
  return scope(() => {
    const own = permute(tensor(images, [count, height, width, 3]), [0, 3, 1, 2]);
    const scaled = height === size && width === size ? own : upsampleBilinear2d(own, [size, size], false);
    const kept = (x: Tensor): Tensor => detachFromScope(to(x, { device }));
    return {
      images: kept(contiguous(scaled, { memoryFormat: "channels_last" })),
      labels: kept(to(tensor(labels), { dtype: "int64" })),
    };
  });
}
