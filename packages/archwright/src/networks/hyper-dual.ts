/**
 * Second derivatives of a network's loss along two directions of its weights, by one forward pass: every value carries
 * its derivatives along (Fike and Alonso, "The Development of Hyper-Dual Numbers", AIAA 2011).
 */
import {
  add,
  add_,
  addScalar,
  cat,
  chunk,
  clamp,
  flatten,
  gather,
  gt,
  hyperDualNorm,
  hyperDualRelu,
  lt,
  maxPool2dWithIndices,
  meanDim,
  mul,
  mulScalar,
  oneHot,
  reshape,
  rsqrt,
  scope,
  softmax,
  square,
  sub,
  sum,
  sumDim,
  type Tensor,
  to,
  zerosLike,
} from "@archwright/torch";

/** How many minibatches a feature map holds. */
const PARTS = 4;

/** A value's parts: itself, ∂s, ∂t and ∂s∂t, one minibatch each. */
type Parts = readonly [value: Tensor, s: Tensor, t: Tensor, st: Tensor];

/**
 * L(w + s·w + t·v) near s = t = 0: in direction s all weights grow in proportion, direction t is given. Feature maps hold
 * their four parts as one batch of four times the images, so that what is linear and has no weights needs to know nothing
 * of them; the layers that have weights or are not linear ask here.
 */
export class HyperDual {
  /** v for each weight; a weight that has none stays as it is in both directions. */
  readonly #directions: ReadonlyMap<Tensor, Tensor>;

  constructor(directions: ReadonlyMap<Tensor, Tensor>) {
    this.#directions = directions;
  }

  /** Images, which do not depend on the weights. */
  constant(x: Tensor): Tensor {
    return scope(() => {
      const none = zerosLike(x);
      return cat([x, none, none, none], { dim: 0 });
    });
  }

  /** `apply(x, weight)`, which is linear in both. */
  product(x: Tensor, weight: Tensor, apply: (x: Tensor, weight: Tensor) => Tensor): Tensor {
    const direction = this.#directions.get(weight);
    if (direction === undefined) return apply(x, weight);
    return scope(() => {
      const [values] = chunk(x, 2) as [Tensor];
      const result = apply(x, weight);
      const [own, s, t, st] = parts(result);
      const [along, alongS] = chunk(apply(values, direction), 2) as [Tensor, Tensor];
      // By the product rule: the weight's own parts are w, w, v and 0.
      add_(st, t);
      add_(st, alongS);
      add_(t, along);
      add_(s, own);
      return result;
    });
  }

  /** Adds what does not depend on the directions. */
  shifted(x: Tensor, shift: Tensor): Tensor {
    return scope(() => {
      const [value, ...derivatives] = parts(x);
      return cat([add(value, shift), ...derivatives], { dim: 0 });
    });
  }

  /** min(max(x, 0), limit). */
  relu(x: Tensor, limit = Number.POSITIVE_INFINITY): Tensor {
    if (hasKernel(x)) return hyperDualRelu(x, limit);
    return scope(() => {
      const [value, ...derivatives] = parts(x);
      const on = mul(gt(value, 0), lt(value, limit));
      return cat([clamp(value, { min: 0, max: limit }), ...derivatives.map((part) => mul(part, on))], { dim: 0 });
    });
  }

  /** Batch norm by the minibatch's own statistics. */
  normalized(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined, epsilon: number): Tensor {
    if (hasKernel(x)) return hyperDualNorm(x, weight, bias, epsilon);
    return scope(() => {
      const perChannel = (v: Tensor): Tensor => reshape(v, [1, -1, 1, 1]);
      const expectation = (v: Tensor): Tensor => meanDim(v, [0, 2, 3], { keepdim: true });
      const [c, cs, ct, cst] = parts(x).map((part) => sub(part, expectation(part))) as unknown as Parts;
      const r = rsqrt(addScalar(expectation(square(c)), epsilon));
      // Parts scaled by r; with a = E[y·s] and so on, r has the derivatives -r·a, -r·b and r·(3ab - d).
      const [y, s, t, st] = [c, cs, ct, cst].map((part) => mul(part, r)) as unknown as Parts;
      const a = expectation(mul(y, s));
      const b = expectation(mul(y, t));
      const d = add(expectation(mul(y, st)), expectation(mul(s, t)));
      const curve = sub(mulScalar(mul(a, b), 3), d);
      const derivatives = [
        sub(s, mul(y, a)),
        sub(t, mul(y, b)),
        add(sub(sub(st, mul(s, b)), mul(t, a)), mul(y, curve)),
      ];
      const scaled = [y, ...derivatives].map((part) => (weight === undefined ? part : mul(part, perChannel(weight))));
      const normalized = cat(scaled, { dim: 0 });
      return bias === undefined ? normalized : this.shifted(normalized, perChannel(bias));
    });
  }

  /** Max pooling: derivatives come from where the largest value stands. */
  maxPool(x: Tensor, kernel: number, options: { stride: number; padding: number }): Tensor {
    return scope(() => {
      const [value, ...derivatives] = parts(x);
      const [pooled, indices] = maxPool2dWithIndices(value, kernel, options);
      const places = flatten(indices, { startDim: 2 });
      const picked = derivatives.map((part) =>
        reshape(gather(flatten(part, { startDim: 2 }), 2, places), pooled.shape),
      );
      return to(cat([pooled, ...picked], { dim: 0 }), { memoryFormat: "channels_last" });
    });
  }
}

/** ∂s∂t of the mean cross-entropy, from logits [4·batch, classes] and labels [batch]. */
export function mixedCrossEntropy(logits: Tensor, labels: Tensor): number {
  return scope(() => {
    const [z, s, t, st] = parts(to(logits, { dtype: "float64" }));
    const p = softmax(z, 1);
    const own = to(oneHot(labels, { numClasses: z.shape[1] as number }), { dtype: "float64" });
    const inner = (a: Tensor, b: Tensor): Tensor => sumDim(mul(a, b), [1]);
    // (p - y)·z_st + z_sᵀ (diag p - p pᵀ) z_t for every image.
    const curved = sub(inner(p, mul(s, t)), mul(inner(p, s), inner(p, t)));
    return sum(add(inner(sub(p, own), st), curved)).item() / labels.size;
  });
}

/** Images whose parts make a batch of this size. */
export const imagesOf = (batch: number): number => batch / PARTS;

const parts = (x: Tensor): Parts => chunk(x, PARTS) as unknown as Parts;

/** Our kernels serve float32 images on the processor. */
const hasKernel = (x: Tensor): boolean => x.device === "cpu" && x.dtype === "float32" && x.shape.length === 4;
