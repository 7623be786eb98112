/** How evenly a feature map uses its channels' directions. */
import {
  any,
  clampMin,
  eigvalsh,
  isnan,
  matmul,
  meanDim,
  permute,
  reshape,
  scope,
  sub,
  type Tensor,
  to,
  transpose,
} from "@archwright/torch";

/** E_l of every feature map [batch, channels, height, width]. */
export const entropies = (features: readonly Tensor[]): number[] => features.map(channelEntropy);

/** Entropy of the normalized eigenvalues of the covariance of the channels over images and positions. */
function channelEntropy(features: Tensor): number {
  return scope(() => {
    const channels = features.shape[1] as number;
    const rows = reshape(permute(to(features, { dtype: "float64" }), [0, 2, 3, 1]), [-1, channels]);
    const centred = sub(rows, meanDim(rows, [0]));
    const covariance = to(matmul(transpose(centred, 0, 1), centred), { device: "cpu" });
    // Entropy does not depend on the factor 1/rows.
    if (any(isnan(covariance)).item() !== 0) return Number.NaN;
    return spectralEntropy(clampMin(eigvalsh(covariance), 0).toArray());
  });
}

/** -Σ p ln(p + 1e-8), p = λ/Σλ; ln n for n equal eigenvalues. NaN if all are 0. */
export function spectralEntropy(eigenvalues: readonly number[]): number {
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  return -eigenvalues.reduce((sum, value) => sum + (value / total) * Math.log(value / total + 1e-8), 0);
}
