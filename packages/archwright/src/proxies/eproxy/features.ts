/** Features of a convolutional network that is never trained: what plain Eproxy regresses (eproxy-dps §3.1, §3.2). */
import {
  add,
  batchNorm,
  contiguous,
  conv2d,
  type Generator,
  maxPool2d,
  noGrad,
  relu,
  reshape,
  scope,
  type Tensor,
} from "@archwright/torch";
import { drawnBias, drawnWeight } from "./initialization.ts";
import { resized } from "./resize.ts";

/** Channels behind each convolution but the last; the first two are followed by max pools. */
const widths = [64, 128, 256, 512, 1024];
const POOLED = 2;

/**
 * [images, channels, 8, 8] of six 3×3 convolutions, batch norm (by the minibatch) and ReLU behind each but the last. No
 * biases but the last one's: batch norm takes them away.
 */
export function randomFeatures(images: Tensor, channels: number, generator: Generator): Tensor {
  return noGrad(() =>
    scope(() => {
      let x = images;
      for (const [i, width] of widths.entries()) {
        x = scope(() => {
          const convolved = convolution(x, width, generator);
          const active = relu(batchNorm(convolved, null, null, null, null, true, 0.1, 1e-5, true));
          return i < POOLED ? maxPool2d(active, 2, { stride: 2 }) : active;
        });
      }
      const features = convolution(x, channels, generator);
      const bias = drawnBias("default", channels, 9 * (x.shape[1] as number), generator);
      return contiguous(resized(add(features, reshape(bias, [1, channels, 1, 1]))));
    }),
  );
}

function convolution(x: Tensor, outputs: number, generator: Generator): Tensor {
  return conv2d(x, drawnWeight("default", [outputs, x.shape[1] as number, 3, 3], generator), { padding: 1 });
}
