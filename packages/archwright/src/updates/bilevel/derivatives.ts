/** Second derivatives of the training loss, in products with a vector. */
import { add, gradOrNull, mul, scope, sum, type Tensor } from "@archwright/torch";
import type { Bilevel, Objective } from "../../training/supernets/bilevel-problem.ts";
import { dense, norm, plus, times, type Vector, withValues } from "../../training/vectors.ts";

/**
 * M·v with M = ∂²L_train/∂α∂w, one tensor for each of α, by a central difference of the gradient in α:
 * (∇α L(w + R·v) − ∇α L(w − R·v)) / 2R (darts §3.4). w is as it was afterwards, to the bit.
 *
 * - `radius`: R. Zero vectors give zero.
 */
export function mixedDifference<Batch>(problem: Bilevel<Batch>, batch: Batch, v: Vector, radius: number): Tensor[] {
  const gradientAt = (factor: number): Tensor[] =>
    withValues(problem.weights, plus(problem.weights, v, factor), () =>
      gradients(problem.trainLoss(batch), problem.alpha),
    );
  if (norm(v) === 0) return times(problem.alpha, 0);
  return scope(() => times(plus(gradientAt(radius), gradientAt(-radius), -1), 1 / (2 * radius)));
}

/** The same product exactly: the gradient in α of ⟨∇w L_train, v⟩. */
export function mixedProduct<Batch>(problem: Bilevel<Batch>, batch: Batch, v: Vector): Tensor[] {
  return scope(() => {
    const { value } = problem.trainLoss(batch);
    const inner = gradOrNull(value, problem.weights, { createGraph: true });
    const product = innerProduct(inner, v);
    return product === undefined ? times(problem.alpha, 0) : dense(gradOrNull(product, problem.alpha), problem.alpha);
  });
}

/**
 * v ↦ H·v with H = ∂²L_train/∂w² on one batch, exact, by differentiating twice. The graph is kept for as many products
 * as are wanted, until the scope around ends.
 */
export function hessianProduct<Batch>(problem: Bilevel<Batch>, batch: Batch): (v: Vector) => Tensor[] {
  const { weights } = problem;
  const inner = gradOrNull(problem.trainLoss(batch).value, weights, { createGraph: true });
  return (v) =>
    scope(() => {
      const product = innerProduct(inner, v);
      if (product === undefined) return times(weights, 0);
      return dense(gradOrNull(product, weights, { retainGraph: true }), weights);
    });
}

/** ∇ of a loss, zeros where it does not depend on a tensor. */
export function gradients({ value }: Objective, inputs: Vector): Tensor[] {
  return scope(() => dense(gradOrNull(value, inputs), inputs));
}

/** ⟨a, b⟩, differentiable in a; undefined where nothing of a depends on anything. */
export function innerProduct(a: readonly (Tensor | null)[], b: Vector): Tensor | undefined {
  const terms = a.flatMap((tensor, i) => (tensor?.requiresGrad ? [sum(mul(tensor, b[i] as Tensor))] : []));
  return terms.length === 0 ? undefined : terms.reduce((total, term) => add(total, term));
}
