/** The stochastic implicit hypergradient by a truncated Neumann series (Zhang et al., ICML 2021; idarts §1, §2). */
import { add, addScalar, mul, mulScalar, noGrad, rsubScalar, scope, square, type Tensor } from "@archwright/torch";
import type { Bilevel, Gradients } from "../../training/supernets/bilevel-problem.ts";
import { assign, norm, plus, times, type Vector } from "../../training/vectors.ts";
import { gradients, hessianProduct, mixedDifference, mixedProduct } from "./derivatives.ts";
import { validGradient } from "./unrolled.ts";

export interface NeumannOptions {
  /** γ: step of the series, which converges for γ·λ_max(H) < 2. The present learning rate of the weights. */
  readonly step: number;
  /** K: terms of the series beyond the zeroth. */
  readonly terms: number;
  /** `series`: equation 2. `diagonal`: the released approximation, which takes H for the diagonal H·g/‖g‖. @default "series" */
  readonly inverse?: "series" | "diagonal";
  /** Added to H as λ·I: the weight decay that the weights' optimizer has and L_train has not. @default 0 */
  readonly weightDecay?: number;
  /** r of the mixed finite difference, R = r/‖v₀‖. @default 0.01 */
  readonly radius?: number;
  /** Differentiate twice for the mixed term too. @default false */
  readonly exact?: boolean;
  /**
   * Leave w displaced by −R(v₁ + … + v_K), as the released code does, which puts back v₀ where it took p away
   * (idarts §6.2). @default false
   */
  readonly displace?: boolean;
}

/**
 * ∇α L_valid − γ·M·Σ_{k=0}^{K} (I − γH)^k ∇w L_valid, at the present w; H and M = ∂²L_train/∂α∂w on the batch `train`
 * (idarts, equation 2). w stays as it is, unless `displace` asks otherwise.
 */
export function implicitGradient<Batch>(
  problem: Bilevel<Batch>,
  batches: { readonly train: Batch; readonly valid: Batch },
  options: NeumannOptions,
): Gradients {
  return scope(() => {
    const { step, radius = 0.01, exact = false, displace = false } = options;
    const { alpha, weights: v0, loss, accuracy } = validGradient(problem, batches.valid);
    const p = problem.keepingStatistics(() => inverseProduct(problem, batches.train, v0, options));
    const R = radius / norm(v0);
    const mixed = exact ? mixedProduct(problem, batches.train, p) : mixedDifference(problem, batches.train, p, R);
    if (displace) assign(problem.weights, plus(problem.weights, plus(p, v0, -1), -R));
    return { gradients: plus(alpha, mixed, -step), loss, accuracy };
  });
}

/** Σ_{k=0}^{K} (I − γH)^k v, by v_k = v_{k-1} − γ·H·v_{k-1}: about H⁻¹v/γ. */
function inverseProduct<Batch>(problem: Bilevel<Batch>, batch: Batch, v: Vector, options: NeumannOptions): Tensor[] {
  const { step, terms, inverse = "series", weightDecay = 0 } = options;
  if (terms === 0) return times(v, 1);
  if (inverse === "diagonal") return diagonalProduct(problem, batch, v, step);
  return scope(() => {
    const product = hessianProduct(problem, batch);
    let term: Vector = v;
    let total = times(v, 1);
    for (let k = 1; k <= terms; k++) {
      const curved = weightDecay === 0 ? product(term) : plus(product(term), term, weightDecay);
      term = plus(term, curved, -step);
      total = plus(total, term);
    }
    return total;
  });
}

/** s∘v with s = 1 + (1 − γu) + (1 − γu)², u = H·g/‖g‖, g = ∇w L_train (idarts §2, the alternative architect). */
function diagonalProduct<Batch>(problem: Bilevel<Batch>, batch: Batch, v: Vector, step: number): Tensor[] {
  return scope(() => {
    const g = gradients(problem.trainLoss(batch), problem.weights);
    const curvature = times(hessianProduct(problem, batch)(g), 1 / norm(g));
    return noGrad(() =>
      v.map((tensor, i) => {
        const decay = rsubScalar(mulScalar(curvature[i] as Tensor, step), 1);
        return mul(tensor, addScalar(add(decay, square(decay)), 1));
      }),
    );
  });
}
