/** Tensors that a pass lends to its observer, kept until the observer is done. */
import { detachFromScope, type Tensor, to } from "@archwright/torch";

export class Kept implements Disposable {
  readonly #tensors: Tensor[] = [];

  /** A second handle of the same tensor, so that it outlives the pass and still is the one that gradients flow through. */
  keep(lent: Tensor): Tensor {
    const kept = detachFromScope(to(lent, { dtype: lent.dtype }));
    this.#tensors.push(kept);
    return kept;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}
