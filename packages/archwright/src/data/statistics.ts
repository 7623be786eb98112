/** Normalisation constants: the published ones of the known datasets, and measuring them for the others. */
import type { ImageSet, Normalization } from "./dataset.ts";

/** CIFAR-10, as the DARTS code has it. Papers round to .4914 .4822 .4465 and .2470 .2435 .2616. */
export const CIFAR10_NORMALIZATION: Normalization = {
  mean: [0.49139968, 0.48215827, 0.44653124],
  std: [0.24703233, 0.24348505, 0.26158768],
};

/** CIFAR-100, as the DARTS code has it. */
export const CIFAR100_NORMALIZATION: Normalization = {
  mean: [0.5071, 0.4865, 0.4409],
  std: [0.2673, 0.2564, 0.2762],
};

/** The 60,000 training images of MNIST. */
export const MNIST_NORMALIZATION: Normalization = { mean: [0.1307], std: [0.3081] };

/** The 60,000 training images of Fashion-MNIST. */
export const FASHION_MNIST_NORMALIZATION: Normalization = { mean: [0.286], std: [0.353] };

/**
 * Per-channel mean and standard deviation over all pixels of all images, in [0, 1]. Exact: counted in integers per
 * pixel value, so the order of the images cannot change a bit. A channel that is constant gets std 1, so that
 * normalising it gives 0 and not NaN.
 */
export function channelStatistics(set: ImageSet): Normalization {
  const { images, channels } = set;
  const histogram = new Float64Array(256 * channels);
  for (let i = 0; i < images.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const bin = c * 256 + (images[i + c] as number);
      histogram[bin] = (histogram[bin] as number) + 1;
    }
  }
  const pixels = images.length / channels;
  const mean: number[] = [];
  const std: number[] = [];
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    let squares = 0;
    for (let value = 0; value < 256; value++) {
      const times = histogram[c * 256 + value] as number;
      sum += times * value;
      squares += times * value * value;
    }
    const average = sum / pixels;
    const variance = Math.max(0, squares / pixels - average * average);
    mean.push(average / 255);
    std.push(variance < 1e-9 ? 1 : Math.sqrt(variance) / 255);
  }
  return { mean, std };
}
