/** Pooling of feature maps: by our kernels where they apply, else by the library. */
import { avgPool2d, contiguous, maxPool2d, pool3x3, poolBranch, type Tensor } from "@archwright/torch";

export interface Pooling {
  readonly mode: "max" | "average";
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Padded cells do not count in an average. `x`: [batch, channels, height, width]. */
export function pooled(x: Tensor, { mode, kernel, stride, padding }: Pooling): Tensor {
  if (kernel === 3 && padding === 1 && (stride === 1 || stride === 2) && hasKernel(x)) {
    // Within a pass that records nothing, nothing requires gradients.
    return x.requiresGrad ? poolBranch(x, mode, stride).output : pool3x3(x, mode, stride);
  }
  return mode === "max" ? maxPool2d(x, kernel, { stride, padding }) : averaged(x, kernel, stride, padding);
}

/** On CUDA, libtorch's gradient of a padded average is wrong for channels-last maps (pytorch issue 188344). */
function averaged(x: Tensor, kernel: number, stride: number, padding: number): Tensor {
  const average = (map: Tensor): Tensor => avgPool2d(map, kernel, { stride, padding, countIncludePad: false });
  if (x.device === "cpu" || padding === 0) return average(x);
  return contiguous(average(contiguous(x)), { memoryFormat: "channels_last" });
}

/** Float32 on the processor, channels-last. */
function hasKernel(x: Tensor): boolean {
  if (x.device !== "cpu" || x.dtype !== "float32") return false;
  const [, channels = 0, , width = 0] = x.shape;
  const [, c, h, w] = x.strides;
  return c === 1 && w === channels && h === width * channels;
}
