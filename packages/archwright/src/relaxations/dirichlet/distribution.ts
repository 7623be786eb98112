/** Dirichlet distributions, one for each row: concentrations, draws with pathwise gradients, the distance from the uniform one. */
import {
  addScalar,
  clampMin,
  digamma,
  div,
  elu,
  type Generator,
  lgamma,
  mul,
  standardGamma,
  sub,
  sumDim,
  type Tensor,
  to,
} from "@archwright/torch";

/** elu(α) + 1 underflows for very negative α; concentrations are kept above this. */
const LEAST = 1e-6;

/** β = elu(α) + 1, in doubles: draws of small concentrations underflow in less. */
export const concentrations = (alpha: Tensor): Tensor =>
  clampMin(addScalar(elu(to(alpha, { dtype: "float64" })), 1), LEAST);

/** Rows divided by their sums. */
export const shares = (rows: Tensor): Tensor => div(rows, sumDim(rows, -1, { keepdim: true }));

/**
 * G_k ~ Gamma(β_k, 1), whose shares are a draw of Dir(β). Differentiable: ∂G_k/∂β_k = −(∂F/∂β)/f at the drawn value (drnas §2).
 * Drawn on the processor, so that every device sees the same.
 */
export function gammaDraw(beta: Tensor, generator: Generator): Tensor {
  const drawn = standardGamma(to(beta, { device: "cpu" }), { generator });
  return to(drawn, { device: beta.device });
}

/**
 * KL(Dir(β) ‖ Dir(1)) of each row: lnΓ(β₀) − Σ lnΓ(β_k) − lnΓ(K) + Σ (β_k − 1)(ψ(β_k) − ψ(β₀)), with β₀ = Σ β_k (drnas §1).
 *
 * @param left [edges, operations] of ones and zeros: the entries that count, which are a Dirichlet of their own
 * @returns [edges]
 */
export function distanceFromUniform(beta: Tensor, left: Tensor): Tensor {
  const total = sumDim(mul(beta, left), -1, { keepdim: true });
  const count = sumDim(left, -1);
  const perEntry = sub(mul(addScalar(beta, -1), sub(digamma(beta), digamma(total))), lgamma(beta));
  const normalizers = sub(lgamma(sumDim(total, -1)), lgamma(count));
  return sub(normalizers, sumDim(mul(perEntry, left), -1), { alpha: -1 });
}
