/** az_trainability: whether gradients keep their size from block to block. */
import {
  addScalar,
  all,
  any,
  bernoulli_,
  divScalar,
  empty,
  eq,
  type Generator,
  gradOrNull,
  isnan,
  matmul,
  mulScalar,
  permute,
  reshape,
  scope,
  svdvals,
  type Tensor,
  to,
  transpose,
} from "@archwright/torch";
import { type BlockFeatures, blockFeatures } from "../observation/block-features.ts";
import { sharedProxy } from "../observation/observation.ts";
import { featureFacts, worstIfNaN } from "./expressivity.ts";

/**
 * Mean over consecutive feature maps of -s - 1/(s + 1e-6) + 2, s the largest singular value of the cross-covariance of a
 * random ±1 gradient and what the block makes of it on the way back; at most about 0, where s = 1 (zero-cost-proxies §4.3).
 */
export const trainability = sharedProxy(
  {
    ...featureFacts,
    name: "az_trainability",
    title: "how well gradients keep their size from block to block (AZ-NAS)",
    needs: { images: false, labels: false, gradients: true },
  },
  {
    observation: blockFeatures,
    wanted: ["graph"],
    score: ({ features, random }: BlockFeatures) => {
      const pairs = features.slice(1).map((output, l) => pairScore(features[l] as Tensor, output, random));
      return worstIfNaN(pairs.reduce((total, score) => total + score, 0) / pairs.length);
    },
  },
);

/** -Infinity for a block that passes gradients on unchanged; one that no gradient passes makes 0 of it. */
function pairScore(input: Tensor, output: Tensor, random: Generator): number {
  return scope(() => {
    const before = randomSigns(output, random);
    const [after] = gradOrNull(output, [input], { gradOutputs: [before], retainGraph: true });
    if (after == null) return sizeScore(0);
    return unchanged(before, after) ? Number.NEGATIVE_INFINITY : sizeScore(largestSingularValue(before, after));
  });
}

/** Penalizes a gradient that grows or shrinks. */
export const sizeScore = (s: number): number => -s - 1 / (s + 1e-6) + 2;

/** ±1 by a fair coin, of the shape of `x`. */
function randomSigns(x: Tensor, random: Generator): Tensor {
  const coins = bernoulli_(empty(x.shape), { p: 0.5, generator: random });
  return to(addScalar(mulScalar(coins, 2), -1), { device: x.device, dtype: x.dtype });
}

const unchanged = (before: Tensor, after: Tensor): boolean =>
  before.shape.every((size, i) => size === after.shape[i]) && all(eq(before, after)).item() !== 0;

/**
 * Of afterᵀ·before/positions. Pixels of `after` that one pixel of `before` covers become channels of it. Shapes: [batch,
 * channels, height, width].
 */
export function largestSingularValue(before: Tensor, after: Tensor): number {
  return scope(() => {
    const [batch = 0, outputs = 0, height = 0, width = 0] = before.shape;
    const [, inputs = 0, ownHeight = 0] = after.shape;
    const s = Math.round(ownHeight / height);
    const blocks = permute(reshape(after, [batch, inputs, height, s, width, s]), [0, 2, 4, 1, 3, 5]);
    const rowsAfter = reshape(blocks, [-1, inputs * s * s]);
    const rowsBefore = reshape(permute(before, [0, 2, 3, 1]), [-1, outputs]);
    const product = divScalar(matmul(transpose(rowsAfter, 0, 1), rowsBefore), batch * height * width);
    if (any(isnan(product)).item() !== 0) return Number.NaN;
    return svdvals(to(product, { dtype: "float64", device: "cpu" })).toArray()[0] as number;
  });
}
