/** ReLU patterns: which units are active for which sample, and how far apart the samples' patterns are. */
import {
  add,
  add_,
  clone,
  detachFromScope,
  flatten,
  gt,
  hamming,
  matmul,
  relu,
  reluCodes,
  rsubScalar,
  scope,
  type Tensor,
  to,
  transpose,
  zerosLike,
} from "@archwright/torch";

export interface Pattern {
  /** [batch, batch] int32: number of units in which two samples differ. */
  readonly distances: Tensor;
  /** Units: elements of one sample's feature map. */
  readonly units: number;
}

/** ReLU of `x` and, on the CPU, the packed signs [batch, ⌈units/64⌉] from the same pass over memory. */
export function reluAndCodes(x: Tensor): { relu: Tensor; codes: Tensor | undefined } {
  if (x.device !== "cpu") return { relu: relu(x), codes: undefined };
  const [activated, codes] = reluCodes(x);
  return { relu: activated, codes };
}

/** `codes` are those of `x`, where there are any. The result is detached from every scope. */
export function patternOf(x: Tensor, codes: Tensor | undefined): Pattern {
  const distances = scope(() => (codes === undefined ? distancesByProduct(x) : hamming(codes)));
  return { distances: detachFromScope(distances), units: x.size / (x.shape[0] as number) };
}

/** H = a(1-a)ᵀ + (1-a)aᵀ for 0/1 codes a; sums of at most 2^24 ones are exact in float32. */
function distancesByProduct(x: Tensor): Tensor {
  const active = to(gt(flatten(x, { startDim: 1 }), 0), { dtype: "float32" });
  const product = matmul(active, transpose(rsubScalar(active, 1), 0, 1));
  return to(add(product, transpose(product, 0, 1)), { dtype: "int32" });
}

/** Σ over ReLUs of the pairwise pattern distances: the one number per pair of samples that the kernel matrix needs. */
export class PatternSum implements Disposable {
  /** [batch, batch] int32; undefined before the first pattern. */
  #distances: Tensor | undefined;
  #units = 0;

  /** Units of all ReLUs so far. */
  get units(): number {
    return this.#units;
  }

  /** [batch, batch] int32. */
  get distances(): Tensor {
    if (this.#distances === undefined) throw new RangeError("no ReLU has run");
    return this.#distances;
  }

  /** Adds a pattern that `count` ReLUs have in common. */
  add({ distances, units }: Pattern, count = 1): void {
    this.#distances ??= detachFromScope(zerosLike(distances));
    scope(() => add_(this.#distances as Tensor, distances, { alpha: count }));
    this.#units += count * units;
  }

  /** Adds the pattern of a ReLU's input. */
  addInput(x: Tensor): void {
    const pattern = scope(() => patternOf(x, reluAndCodes(x).codes));
    this.add(pattern);
    pattern.distances.dispose();
  }

  /** Adds `units` ReLUs that are off for every sample: they agree everywhere. */
  addSilent(units: number): void {
    this.#units += units;
  }

  /** A copy that goes on by itself. */
  fork(): PatternSum {
    const copy = new PatternSum();
    copy.#units = this.#units;
    copy.#distances = this.#distances === undefined ? undefined : detachFromScope(clone(this.#distances));
    return copy;
  }

  dispose(): void {
    this.#distances?.dispose();
    this.#distances = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
