/** What α + u is worth: the validation loss of a copy of the weights that was trained for some steps with it (zarts §1). */
import { clipGradients, gradOrNull, noGrad, SGD, scope } from "@archwright/torch";
import type { Bilevel } from "../../training/supernets/bilevel-problem.ts";
import type { WeightOptimizer } from "../../training/supernets/gradient-rules.ts";
import { plus, type Vector, withValues } from "../../training/vectors.ts";

/** The minibatches that all candidates of one step of α have in common. */
export interface CandidateBatches<Batch> {
  readonly valid: Batch;
  /** One for each step of the weights; none where candidates keep the present weights. */
  readonly train: readonly Batch[];
}

/**
 * F̂(α + u) = L_valid(ω_M(α + u), α + u), ω_M after a step on each of the minibatches. Weights, their momenta, α and running
 * statistics are afterwards what they were.
 */
export function candidateLoss<Batch>(
  problem: Bilevel<Batch>,
  move: Vector,
  batches: CandidateBatches<Batch>,
  optimizer: WeightOptimizer,
): number {
  return scope(() =>
    withValues(problem.alpha, plus(problem.alpha, move), () =>
      problem.keepingStatistics(() => trainedLoss(problem, batches, optimizer)),
    ),
  );
}

function trainedLoss<Batch>(
  problem: Bilevel<Batch>,
  { valid, train }: CandidateBatches<Batch>,
  { learningRate, momentum, nesterov, weightDecay, clip }: WeightOptimizer,
): number {
  const { weights } = problem;
  return withValues(weights, weights, () => {
    const named = new Map(weights.map((weight, i) => [String(i), weight]));
    // The copy's optimizer is its own: it begins without momentum (zarts §7.1).
    using sgd = new SGD(named, { learningRate, momentum, nesterov, weightDecay });
    for (const batch of train) {
      scope(() => {
        const gradients = gradOrNull(problem.trainLoss(batch).value, weights);
        sgd.step(clipGradients(gradients, clip).gradients);
      });
    }
    return noGrad(() => scope(() => problem.validLoss(valid).value.item()));
  });
}
