/** nwot: how differently the samples of a minibatch switch a network's ReLUs on. */
import { eqScalar, rsubScalar, scope, slogdet, sum, type Tensor, to } from "@archwright/torch";
import { type Pattern, PatternSum } from "../networks/inference/pattern.ts";
import { SharedInference } from "../networks/inference/shared-inference.ts";
import { Network } from "../networks/network.ts";
import { ownProxy, type Subject } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";
import type { ProxyFacts, Scorer, ScorerOptions, ZeroCostProxy } from "./proxy.ts";

const facts: ProxyFacts = {
  name: "nwot",
  title: "log-determinant of the kernel of ReLU patterns (NASWOT)",
  source: "Mellor et al., ICML 2021; Xiang et al., AAAI 2023",
  direction: "higher",
  needs: { images: true, labels: false, gradients: false },
  mode: "eval",
  weights: "kept",
  input: "minibatch",
  batch: 64,
};

/**
 * ln|det K|, K_ij = number of ReLU units on which samples i and j agree (NASWOT v2, Mellor et al., ICML 2021), in the form
 * that Zero-Cost-PT uses: evaluation mode, all ReLUs (zero-cost-pt §3). Two samples with equal patterns make K singular:
 * the score is -Infinity.
 */
export const nwot: ZeroCostProxy = {
  ...facts,
  prepare: (network, options) =>
    network instanceof Network ? fastScorer(network, options) : ownProxy(facts, plainScore).prepare(network, options),
};

/** All mixtures together, for networks around cells. */
function fastScorer(network: Network, { random, countBlocked = false }: ScorerOptions): Scorer {
  const inference = new SharedInference(network);
  return {
    score({ images }, mixtures) {
      const options = { patterns: true, logits: false, random, countBlocked };
      return inference.run(images, mixtures, options, ({ patterns }) => logDeterminant(patterns as PatternSum));
    },
    [Symbol.dispose]: () => inference.dispose(),
  };
}

/** The plain forward pass, for networks of other kinds. */
function plainScore(subject: Subject): number {
  using patterns = new PatternSum();
  forward(subject, subject.batch.images, { mode: "eval", onReLU: (input) => patterns.addInput(input) }, false);
  return logDeterminant(patterns);
}

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
