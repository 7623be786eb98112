/** ntk: how unevenly a network learns different images. */
import {
  add,
  any,
  eigvalsh,
  enableGrad,
  flatten,
  gradOrNull,
  isnan,
  matmul,
  scope,
  select,
  stack,
  sum,
  type Tensor,
  to,
  transpose,
} from "@archwright/torch";
import { BatchNorm } from "../../networks/layers.ts";
import { isScored } from "../observation/layers.ts";
import { ownProxy, type Subject } from "../observation/observation.ts";
import { forward } from "../observation/training-pass.ts";
import { kaimingFanOut, withGradients, withRandomWeights } from "../observation/weights.ts";
import type { ScoredNetwork, ZeroCostProxy } from "../proxy.ts";

/** What TE-NAS takes where the condition number is undefined. */
const UNDEFINED = 1e5;

/**
 * Condition number of the neural tangent kernel Θ_ij = g_i · g_j, g_i the gradient of the sum of image i's logits with
 * respect to all weights and scales; a mean over fresh Kaiming weights (zero-cost-proxies §4.6). Smaller is better. Takes as
 * many backward passes as the minibatch has images.
 */
export function ntkScore({ repeats = 3 } = {}): ZeroCostProxy {
  return ownProxy(
    {
      name: "ntk",
      title: "condition number of the neural tangent kernel (TE-NAS)",
      source: "Chen et al., ICLR 2021",
      direction: "lower",
      needs: { images: true, labels: false, gradients: true },
      mode: "train",
      weights: "redrawn",
      input: "minibatch",
      batch: 72,
    },
    (subject) => {
      let total = 0;
      for (let i = 0; i < repeats; i++) {
        total += withRandomWeights(subject.network, subject.random, kaimingFanOut, () => kernelCondition(subject));
      }
      return total / repeats;
    },
  );
}

export const ntk = ntkScore();

function kernelCondition(subject: Subject): number {
  const weights = weightsOf(subject.network);
  return scope(() =>
    withGradients(weights, () => {
      const logits = forward(subject, subject.batch.images, {}, true);
      const rows = Array.from({ length: logits.shape[0] as number }, (_, image) => {
        const output = enableGrad(() => sum(select(logits, 0, image)));
        return gradOrNull(output, weights, { retainGraph: true });
      });
      return conditionNumber(tangentKernel(rows));
    }),
  );
}

function weightsOf(network: ScoredNetwork): Tensor[] {
  return [...network.modules()].flatMap((module) => {
    if (isScored(module)) return [module.weight];
    return module instanceof BatchNorm && module.weight !== undefined ? [module.weight] : [];
  });
}

/** Θ in float64 [images, images]. `gradients[i][l]`: of image i with respect to weight l; null where there is none. */
export function tangentKernel(gradients: readonly (readonly (Tensor | null)[])[]): Tensor {
  const [first = []] = gradients;
  return scope(() =>
    first
      .flatMap((_, l) => {
        const own = gradients.map((image) => image[l] ?? null);
        return own.includes(null) ? [] : [gram(own as Tensor[])];
      })
      .reduce((total, part) => add(total, part)),
  );
}

/** Products of one layer's gradients, a layer at a time so that only one is held in double precision. */
function gram(gradients: readonly Tensor[]): Tensor {
  return scope(() => {
    const rows = flatten(to(stack(gradients), { dtype: "float64" }), { startDim: 1 });
    return matmul(rows, transpose(rows, 0, 1));
  });
}

/** λ_max/λ_min of a symmetric float64 matrix; Infinity for a singular one, whose λ_min rounding can put below 0. */
export function conditionNumber(kernel: Tensor): number {
  return scope(() => {
    if (any(isnan(kernel)).item() !== 0) return UNDEFINED;
    const eigenvalues = eigvalsh(to(kernel, { device: "cpu" })).toArray();
    const condition = (eigenvalues.at(-1) as number) / Math.max(0, eigenvalues[0] as number);
    return Number.isNaN(condition) ? UNDEFINED : condition;
  });
}
