/** l_swag: how little gradients vary, times how many activation patterns there are. */
import { abs, reciprocal, scope } from "@archwright/torch";
import {
  type GradientBatches,
  type GradientStatistics,
  gradientStatistics,
  stacked,
  sumWhereVaried,
} from "./observation/gradient-batches.ts";
import { sharedProxy } from "./observation/observation.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export interface LSwagOptions {
  /**
   * Part of the network's depth whose layers' gradients count, as fractions. The paper reads it off the peaks of the
   * deviations of 1000 random networks of a space. @default [0, 1]
   */
  readonly depth?: readonly [from: number, to: number];
  /** Part of the ReLUs, from the first, whose patterns count. @default 1 */
  readonly patternDepth?: number;
}

/**
 * Λ · Ψ: Λ = Σ over layers of ln Σ_w 1/std(|g|) over the halves of the minibatch, Ψ the number of distinct sample-wise
 * activation patterns over its first 16 images (zero-cost-proxies §4.8).
 */
export function lSwagScore({ depth = [0, 1], patternDepth = 1 }: LSwagOptions = {}): ZeroCostProxy {
  return sharedProxy(
    {
      name: "l_swag",
      title: "deviations of the gradients times sample-wise activation patterns (L-SWAG)",
      source: "Casarin et al., CVPR 2025",
      direction: "higher",
      needs: { images: true, labels: true, gradients: true },
      mode: "train",
      weights: "kept",
      input: "minibatch",
      batch: 64,
      minibatches: 2,
    },
    {
      observation: gradientStatistics,
      wanted: ["patterns"],
      score: ({ gradients, patterns }: GradientStatistics) => {
        const [from, to] = depth.map((part) => Math.round(part * gradients.length));
        const observed = Math.ceil(patternDepth * patterns.length);
        return gradientStability(gradients.slice(from, to)) * (patterns[observed - 1] ?? 0);
      },
    },
  );
}

export const lSwag = lSwagScore();

/** Λ. Weights whose gradient does not vary are left out, and layers of which none is left. */
export function gradientStability(layers: GradientBatches): number {
  return layers.reduce((total, gradients) => {
    const sum = scope(() => sumWhereVaried(abs(stacked(gradients)), (_, deviation) => reciprocal(deviation)));
    return sum === 0 ? total : total + Math.log(sum);
  }, 0);
}
