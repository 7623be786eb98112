/** zen: how far a network with random weights moves its features when its input moves a little. */
import { abs, add, mean, scope, sub, sum, type Tensor } from "@archwright/torch";
import { Kept } from "./observation/kept.ts";
import { noise } from "./observation/noise.ts";
import { ownProxy, type Subject } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";
import { batchNorms, unit, withNewStatistics, withRandomWeights } from "./observation/weights.ts";
import type { ScoredNetwork, ZeroCostProxy } from "./proxy.ts";

export interface ZenOptions {
  /** Fresh weights and inputs that the score is averaged over; NAS-Bench-Suite-Zero and AZ-NAS take 1. @default 32 */
  readonly repeats?: number;
  /** Noise images. @default 16 */
  readonly batch?: number;
  /** Length γ of the step between the two inputs. @default 0.01 */
  readonly step?: number;
}

/**
 * ln Δ + Σ over batch norms of ln √(mean over channels of the running variance): Δ is the mean over images of
 * ‖F(x) - F(x + γe)‖₁, F the features before global average pooling, x and e noise, weights ~ N(0,1) (zero-cost-proxies
 * §3.3). Cells are scored with their skip connections.
 */
export function zenScore(options: ZenOptions = {}): ZeroCostProxy {
  const { repeats = 32, batch = 16, step = 0.01 } = options;
  return ownProxy(
    {
      name: "zen",
      title: "sensitivity of the features to the input under random weights (Zen-NAS)",
      source: "Lin et al., ICCV 2021",
      direction: "higher",
      needs: { images: false, labels: false, gradients: false },
      mode: "train",
      weights: "redrawn",
      input: "noise",
      batch,
    },
    (subject) =>
      // Running variances go on from one repeat to the next, as in the released code.
      withNewStatistics(subject.network, () => {
        let total = 0;
        for (let i = 0; i < repeats; i++) total += scope(() => once(subject, batch, step));
        return total / repeats;
      }),
  );
}

export const zen = zenScore();

/** The definition's, also of networks that are trained with another, as those of NAS-Bench-101. */
const MOMENTUM = 0.1;

function once(subject: Subject, batch: number, step: number): number {
  const { network, random } = subject;
  return withRandomWeights(network, random, unit, () => {
    using kept = new Kept();
    const x = noise(subject, batch);
    const moved = add(x, noise(subject, batch), { alpha: step });
    const logDistance = Math.log(meanDistance(features(subject, x, kept), features(subject, moved, kept)));
    return logDistance + logDeviations(network);
  });
}

/** Features before global average pooling. */
function features(subject: Subject, images: Tensor, kept: Kept): Tensor {
  let found: Tensor | undefined;
  const onFeatures = (lent: Tensor): void => {
    found = kept.keep(lent);
  };
  forward(subject, images, { mode: "train", momentum: MOMENTUM, onFeatures }, false);
  if (found === undefined) throw new RangeError("the network has shown no features");
  return found;
}

/** Mean over images of the L1 distance. `a`, `b`: [batch, ...]. */
export const meanDistance = (a: Tensor, b: Tensor): number => sum(abs(sub(a, b))).item() / (a.shape[0] as number);

/** Σ over batch norms of ln √(mean running variance). */
function logDeviations(network: ScoredNetwork): number {
  const variances = batchNorms(network).map(({ runningVariance }) => mean(runningVariance).item());
  return variances.reduce((total, variance) => total + Math.log(variance) / 2, 0);
}
