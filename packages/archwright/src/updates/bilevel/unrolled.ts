/** The architecture gradient through one virtual step of the weights: DARTS, second order (Liu et al., ICLR 2019, §2.3). */
import { scope, type Tensor } from "@archwright/torch";
import type { Bilevel, Gradients } from "../../training/supernets/bilevel-problem.ts";
import { norm, plus, times, type Vector, withValues } from "../../training/vectors.ts";
import { gradients, mixedDifference, mixedProduct } from "./derivatives.ts";

export interface UnrolledOptions {
  /** ξ: rate of the virtual step, the present learning rate of the weights. 0 gives the first order. */
  readonly step: number;
  /** Momentum m and its buffers V, in the order of the weights; left out before the first step. */
  readonly momentum?: { readonly factor: number; readonly buffers: Vector };
  /** λ of the weights' optimizer. @default 0 */
  readonly weightDecay?: number;
  /** r of the finite difference, R = r/‖v‖ (darts §3.4). @default 0.01 */
  readonly radius?: number;
  /** Differentiate twice instead of taking a finite difference. @default false */
  readonly exact?: boolean;
}

/**
 * ∇α L_valid(w′, α) − ξ·M·∇w′ L_valid(w′, α), w′ = w − ξ(m·V + ∇w L_train(w, α) + λw), M = ∂²L_train/∂α∂w at w.
 * w and V stay as they are.
 */
export function unrolledGradient<Batch>(
  problem: Bilevel<Batch>,
  batches: { readonly train: Batch; readonly valid: Batch },
  options: UnrolledOptions,
): Gradients {
  return scope(() => {
    const { step, radius = 0.01, exact = false } = options;
    const atStep = step === 0 ? validGradient(problem, batches.valid) : virtualStep(problem, batches, options);
    const { alpha, weights: v, loss, accuracy } = atStep;
    if (step === 0) return { gradients: alpha, loss, accuracy };
    const mixed = exact
      ? mixedProduct(problem, batches.train, v)
      : mixedDifference(problem, batches.train, v, radius / norm(v));
    return { gradients: plus(alpha, mixed, -step), loss, accuracy };
  });
}

export interface ValidGradient {
  readonly alpha: Tensor[];
  readonly weights: Tensor[];
  readonly loss: number;
  readonly accuracy: number;
}

/** L_valid with its gradients in α and in w. */
export function validGradient<Batch>(problem: Bilevel<Batch>, batch: Batch): ValidGradient {
  return scope(() => {
    const objective = problem.validLoss(batch);
    const all = gradients(objective, [...problem.alpha, ...problem.weights]);
    const count = problem.alpha.length;
    const { accuracy } = objective;
    return { alpha: all.slice(0, count), weights: all.slice(count), loss: objective.value.item(), accuracy };
  });
}

/** {@link validGradient} at w′, where running statistics are those of a copy of the network: not kept. */
function virtualStep<Batch>(
  problem: Bilevel<Batch>,
  { train, valid }: { readonly train: Batch; readonly valid: Batch },
  { step, momentum, weightDecay = 0 }: UnrolledOptions,
): ValidGradient {
  const { weights } = problem;
  let direction = gradients(problem.trainLoss(train), weights);
  if (momentum !== undefined) direction = plus(direction, times(momentum.buffers, momentum.factor));
  if (weightDecay !== 0) direction = plus(direction, weights, weightDecay);
  return withValues(weights, plus(weights, direction, -step), () =>
    problem.keepingStatistics(() => validGradient(problem, valid)),
  );
}
