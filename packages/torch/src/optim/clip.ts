/** Gradient clipping by global norm. */
import { noGrad } from "../autograd.ts";
import { norm as normOf, stack } from "../operators.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { mul, norm } from "./foreach.ts";
import { requireBetween } from "./settings.ts";

export interface ClippedGradients {
  /** Euclidean norm of all gradients together, before clipping. */
  readonly norm: number;
  /** The gradients themselves where the norm is within the maximum, else new ones. */
  readonly gradients: (Tensor | null)[];
}

/**
 * Scales all gradients by min(1, maximum / (‖g‖ + 1e-6)), where ‖g‖ is the Euclidean norm of all of them together.
 * Null gradients are left out. A norm that is not finite makes the gradients NaN, as in PyTorch, so that training fails
 * visibly. Pascanu et al., ICML 2013, Algorithm 1.
 *
 * Nothing is scaled in place: gradients of different parameters may be one tensor (those of a and b in a + b are), and
 * may be expanded.
 */
export function clipGradients(gradients: readonly (Tensor | null)[], maximum: number): ClippedGradients {
  requireBetween("clipGradients", "maximum", maximum, 0);
  const given = gradients.filter((gradient) => gradient !== null);
  if (given.length === 0) return { norm: 0, gradients: [...gradients] };
  return noGrad(() => {
    const total = scope(() => normOf(stack(norm(given))).item());
    const factor = maximum / (total + 1e-6);
    if (factor >= 1) return { norm: total, gradients: [...gradients] };
    const scaled = mul(given, factor).values();
    return { norm: total, gradients: gradients.map((gradient) => gradient && (scaled.next().value as Tensor)) };
  });
}
