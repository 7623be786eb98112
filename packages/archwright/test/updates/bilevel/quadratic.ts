/** The bilinear-quadratic problem, whose gradients are known in closed form (darts §8.2, idarts §7.1). */
import { add, dot, matmul, mulScalar, square, sub, sum } from "@archwright/torch";
import type { Bilevel } from "../../../src/training/supernets/bilevel-problem.ts";
import { constant, leaf, toy } from "../support.ts";

export type Pair = readonly [number, number];
export type Matrix = readonly [Pair, Pair];

/** L_train = ½wᵀAw − wᵀ(Bα + c), L_valid = ½‖w − t‖² + ρ/2·‖α‖², so H = A and M·v = −Bᵀv. */
export const A: Matrix = [
  [2, 0.5],
  [0.5, 1],
];
export const B: Matrix = [
  [1, 0],
  [-0.5, 2],
];
export const c: Pair = [0.1, -0.2];
export const t: Pair = [1, -1];
export const rho = 0.1;
/** Where the specification's values are taken. */
export const ALPHA: Pair = [0.3, -0.4];

/** M·x. */
export const apply = ([[a, b], [d, e]]: Matrix, [x, y]: Pair): Pair => [a * x + b * y, d * x + e * y];
export const transposed = ([[a, b], [d, e]]: Matrix): Matrix => [
  [a, d],
  [b, e],
];
/** x + factor·y. */
export const plus = (x: Pair, y: Pair, factor = 1): Pair => [x[0] + factor * y[0], x[1] + factor * y[1]];

export function inverse([[a, b], [d, e]]: Matrix): Matrix {
  const determinant = a * e - b * d;
  return [
    [e / determinant, -b / determinant],
    [-d / determinant, a / determinant],
  ];
}

/** w*(α) = A⁻¹(Bα + c). */
export const optimum = (alpha: Pair): Pair => apply(inverse(A), plus(apply(B, alpha), c));
/** ∇w L_train = Aw − Bα − c. */
export const slope = (w: Pair, alpha: Pair): Pair => plus(plus(apply(A, w), apply(B, alpha), -1), c, -1);

/** ρα + step·Bᵀp: what a method gives that takes p for the adjoint vector. */
export const gradientWith = (p: Pair, alpha: Pair, step: number): Pair =>
  plus([rho * alpha[0], rho * alpha[1]], apply(transposed(B), p), step);

/** Σ_{k=0}^{K} (I − γ·H)^k v. */
export function neumannSum(v: Pair, terms: number, step: number, H: Matrix = A): Pair {
  let [term, total] = [v, v];
  for (let k = 1; k <= terms; k++) {
    term = plus(term, apply(H, term), -step);
    total = plus(total, term);
  }
  return total;
}

/** The problem at (w, α); `H` in place of A. */
export function quadraticProblem(w: Pair, alpha: Pair = ALPHA, H: Matrix = A): Bilevel<unknown> {
  const [weights, architecture] = [leaf(w), leaf(alpha)];
  const [curvature, coupling] = [constant(H.flat(), [2, 2]), constant(B.flat(), [2, 2])];
  const [offset, goal] = [constant(c), constant(t)];
  return toy({
    weights: [weights],
    alpha: [architecture],
    train: () =>
      sub(
        mulScalar(dot(weights, matmul(curvature, weights)), 0.5),
        dot(weights, add(matmul(coupling, architecture), offset)),
      ),
    valid: () => add(mulScalar(sum(square(sub(weights, goal))), 0.5), mulScalar(sum(square(architecture)), rho / 2)),
  });
}
