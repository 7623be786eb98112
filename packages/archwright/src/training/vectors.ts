/** Lists of tensors as one long vector: what the formulas write as w, v or g. All functions are for use without gradients. */
import { clone, copy_, foreach, noGrad, norm as normOf, scope, stack, type Tensor, zerosLike } from "@archwright/torch";

export type Vector = readonly Tensor[];

/** ‖v‖₂ over all tensors together. */
export function norm(v: Vector): number {
  return v.length === 0 ? 0 : noGrad(() => scope(() => normOf(stack(foreach.norm(v))).item()));
}

/** a + factor·b, as new tensors. */
export const plus = (a: Vector, b: Vector, factor = 1): Tensor[] => noGrad(() => foreach.add(a, b, factor));

/** factor·v, as new tensors. */
export const times = (v: Vector, factor: number): Tensor[] => noGrad(() => foreach.mul(v, factor));

/** A copy of v. */
export const copied = (v: Vector): Tensor[] => noGrad(() => v.map((tensor) => clone(tensor)));

/** Gradients with zeros in place of null. */
export const dense = (gradients: readonly (Tensor | null)[], like: Vector): Tensor[] =>
  noGrad(() => gradients.map((gradient, i) => gradient ?? zerosLike(like[i] as Tensor)));

/** Overwrites the tensors of `target` with `values`. */
export function assign(target: Vector, values: Vector): void {
  noGrad(() => {
    for (const [i, tensor] of target.entries()) copy_(tensor, values[i] as Tensor);
  });
}

/** Runs `body` with `values` in place of `weights`, and puts back the very bits that were there. */
export function withValues<T>(weights: Vector, values: Vector, body: () => T): T {
  return scope(() => {
    const saved = copied(weights);
    assign(weights, values);
    try {
      return body();
    } finally {
      assign(weights, saved);
    }
  });
}
