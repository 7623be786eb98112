/** A feature map during inference, with everything that is derived from it alone computed at most once. */
import { detachFromScope, scope, type Tensor } from "@archwright/torch";
import type { Pool } from "../layers.ts";
import { pooled } from "../pooling.ts";
import { type Pattern, patternOf, reluAndCodes } from "./pattern.ts";

/**
 * All candidate operations of all edges that leave a node begin with the same ReLU of the same tensor, and pool the same
 * tensor: both are shared here. Owns its tensors; `dispose` frees them all.
 */
export class Activation implements Disposable {
  readonly #tensor: Tensor | undefined;
  /** Whether it serves several mixtures, so that what is computed from it is worth keeping. */
  shared = false;
  #relu: Tensor | undefined;
  #codes: Tensor | undefined;
  #pattern: Pattern | undefined;
  readonly #pooled = new Map<string, Tensor>();
  /** Feature maps computed from this one alone, by the transform that made them. */
  readonly #children = new Map<object, Activation>();

  /** Takes over `tensor`. */
  constructor(tensor: Tensor | undefined) {
    this.#tensor = tensor === undefined ? undefined : detachFromScope(tensor);
  }

  /** A feature map that is known by its ReLU and packed signs alone. Takes over both. */
  static ofReLU(relu: Tensor, codes: Tensor): Activation {
    const activation = new Activation(undefined);
    activation.#relu = detachFromScope(relu);
    activation.#codes = detachFromScope(codes);
    return activation;
  }

  get tensor(): Tensor {
    if (this.#tensor === undefined) throw new RangeError("this feature map is known by its ReLU alone");
    return this.#tensor;
  }

  get relu(): Tensor {
    this.#activate();
    return this.#relu as Tensor;
  }

  /** The pairwise distances of the samples' ReLU patterns on this feature map. */
  get pattern(): Pattern {
    this.#activate();
    this.#pattern ??= patternOf(this.#tensor ?? (this.#relu as Tensor), this.#codes);
    return this.#pattern;
  }

  pooled(pool: Pool): Tensor {
    const key = `${pool.mode} ${pool.kernel} ${pool.stride} ${pool.padding}`;
    let result = this.#pooled.get(key);
    if (result === undefined) {
      result = detachFromScope(pooled(this.tensor, pool));
      this.#pooled.set(key, result);
    }
    return result;
  }

  /**
   * The feature map that `transform` makes of this one: kept with this one if it is shared, else put on `transient`, whose
   * owner frees it when it has served.
   */
  child(transform: object, make: () => Activation, transient: Activation[]): Activation {
    const kept = this.#children.get(transform);
    if (kept !== undefined) return kept;
    const child = make();
    if (this.shared) {
      child.shared = true;
      this.#children.set(transform, child);
    } else {
      transient.push(child);
    }
    return child;
  }

  dispose(): void {
    this.#relu?.dispose();
    this.#codes?.dispose();
    this.#pattern?.distances.dispose();
    for (const tensor of this.#pooled.values()) tensor.dispose();
    for (const child of this.#children.values()) child.dispose();
    this.#pooled.clear();
    this.#children.clear();
    this.#tensor?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #activate(): void {
    if (this.#relu !== undefined) return;
    const { relu, codes } = scope(() => reluAndCodes(this.tensor));
    this.#relu = detachFromScope(relu);
    this.#codes = codes === undefined ? undefined : detachFromScope(codes);
  }
}
