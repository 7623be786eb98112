/** jacob_cov: how differently the network answers to changes of different images. */
import { any, clampMin, eigvalsh, isnan, scope, type Tensor } from "@archwright/torch";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

const K = 1e-5;

/**
 * -Σ [ln(v + k) + 1/(v + k)] over the eigenvalues v of the correlation matrix of the images' Jacobians, k = 1e-5 (Mellor et
 * al., first version; zero-cost-proxies §2.8). At most about -batch; NaN if the logits do not depend on an image.
 */
export const jacobCov = sharedProxy(
  {
    name: "jacob_cov",
    title: "how uncorrelated the images' Jacobians are (NASWOT, first version)",
    source: "Mellor et al., arXiv 2006.04647v1; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: false, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  {
    observation: trainingPass,
    wanted: ["correlation"],
    score: ({ correlation }: TrainingPass) => jacobCovScore(correlation as Tensor),
  },
);

/** `correlation`: [batch, batch] float64. */
export function jacobCovScore(correlation: Tensor): number {
  return scope(() => {
    if (any(isnan(correlation)).item() !== 0) return Number.NaN;
    // Rounding can put a zero eigenvalue just below 0.
    const eigenvalues = clampMin(eigvalsh(correlation), 0).toArray();
    return -eigenvalues.reduce((total, v) => total + Math.log(v + K) + 1 / (v + K), 0);
  });
}
