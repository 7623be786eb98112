/** swap: how many different patterns over the images the ReLU units of a network have. */
import { ArchwrightError } from "../errors.ts";
import { ownProxy, type Subject } from "./observation/observation.ts";
import { MOST_IMAGES, patternCounts } from "./observation/unit-patterns.ts";
import { unit, withRandomWeights } from "./observation/weights.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export interface SwapOptions {
  /** Fresh weights that the score is averaged over. @default 32 */
  readonly repeats?: number;
  /** Images taken from the minibatch, at most 24. @default 16 */
  readonly images?: number;
  /**
   * Prefers networks of a size: the score is multiplied by exp(-(P - μ)²/σ), P the network's thousands of parameters.
   * @default no preference
   */
  readonly size?: { readonly mu: number; readonly sigma: number };
}

/**
 * Number of distinct columns of the 0/1 matrix images × ReLU units, weights ~ N(0,1) (zero-cost-proxies §4.4). Throws
 * `ArchwrightError("usage")` for more than 24 images.
 */
export function swapScore({ repeats = 32, images = 16, size }: SwapOptions = {}): ZeroCostProxy {
  if (!(Number.isInteger(images) && images >= 1 && images <= MOST_IMAGES)) {
    throw new ArchwrightError("usage", `swap takes 1 to ${MOST_IMAGES} images, got ${images}`);
  }
  return ownProxy(
    {
      name: "swap",
      title: "number of distinct sample-wise activation patterns (SWAP)",
      source: "Peng et al., ICLR 2024",
      direction: "higher",
      needs: { images: true, labels: false, gradients: false },
      mode: "train",
      weights: "redrawn",
      input: "minibatch",
      batch: images,
    },
    (subject) => {
      let total = 0;
      for (let i = 0; i < repeats; i++) {
        total += withRandomWeights(subject.network, subject.random, unit, () => distinctPatterns(subject, images));
      }
      const parameters = subject.network.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
      const factor = size === undefined ? 1 : Math.exp(-((parameters / 1000 - size.mu) ** 2) / size.sigma);
      return (total / repeats) * factor;
    },
  );
}

export const swap = swapScore();

const distinctPatterns = (subject: Subject, images: number): number => patternCounts(subject, images).at(-1) ?? 0;
