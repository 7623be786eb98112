/** nwot: how differently the samples of a minibatch switch a network's ReLUs on (NASWOT). */
import { eqScalar, rsubScalar, scope, slogdet, sum, type Tensor, to } from "@archwright/torch";
import type { Pattern } from "../networks/inference/pattern.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * ln|det K|, K_ij = number of ReLU units on which samples i and j agree (NASWOT v2), in training mode, with the minibatch's
 * statistics, as its authors, NASLib and zero-cost-nas score (zero-cost-proxies §3.1). Two samples with equal patterns make
 * K singular: the score is -Infinity.
 */
export const nwot = sharedProxy(
  {
    name: "nwot",
    title: "log-determinant of the kernel of ReLU patterns, in training mode (NASWOT)",
    source: "Mellor et al., ICML 2021",
    direction: "higher",
    needs: { images: true, labels: false, gradients: false },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 128,
  },
  {
    observation: trainingPass,
    wanted: ["patterns"],
    score: ({ patterns }: TrainingPass) => logDeterminant(patterns as Pattern),
  },
);

/** ln|det K| with K = units - Hamming distance, exact integers up to the determinant. K is 0 where no ReLU has run. */
export function logDeterminant(patterns: Pattern): number {
  if (patterns.units === 0) return Number.NEGATIVE_INFINITY;
  return scope(() => {
    const distances = to(patterns.distances, { dtype: "float64", device: "cpu" });
    // Rounding would hide from the decomposition that two rows of K are equal.
    if (holdsEqualPatterns(distances)) return Number.NEGATIVE_INFINITY;
    return logAbsDeterminant(rsubScalar(distances, patterns.units));
  });
}

/** Whether any two images are at distance 0. */
const holdsEqualPatterns = (distances: Tensor): boolean =>
  sum(eqScalar(distances, 0)).item() > (distances.shape[0] as number);

/** ln|det K| by LU with partial pivoting in float64; -Infinity where a pivot is 0. `kernel`: [n, n]. */
export function logAbsDeterminant(kernel: Tensor): number {
  return scope(() => {
    const [, logarithm] = slogdet(kernel);
    return logarithm.item();
  });
}
