/** A step on the simplex: θ ← θ∘exp(−ηg), normalized (Kivinen and Warmuth 1997; Li et al., GAEA, ICLR 2021, §4). */
import {
  clampMin,
  copy_,
  div,
  log,
  mulScalar,
  noGrad,
  type Optimizer,
  type OptimizerState,
  scope,
  softmax,
  sub,
  sum,
  type Tensor,
} from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import type { ArchitectureParameter } from "../search/relaxation.ts";

export interface ExponentiatedStepOptions {
  /** η. */
  readonly learningRate: number;
  /** Least entry of a simplex of operations before the last normalization, so that none is lost for good. */
  readonly floor: number;
}

/**
 * Mirror descent with the entropy as mirror map: each parameter goes to argmin_θ' η⟨g, θ'⟩ + KL(θ'‖θ) on its simplex. Computed
 * from logarithms, so nothing overflows; a constant added to g changes nothing. It keeps no moments.
 */
export class ExponentiatedStep implements Optimizer {
  learningRate: number;
  readonly #floor: number;
  readonly #parameters: readonly ArchitectureParameter[];

  constructor(parameters: readonly ArchitectureParameter[], { learningRate, floor }: ExponentiatedStepOptions) {
    this.#parameters = parameters;
    this.learningRate = learningRate;
    this.#floor = floor;
  }

  step(gradients: readonly (Tensor | null)[]): void {
    for (const [i, { tensor, entries }] of this.#parameters.entries()) {
      const gradient = gradients[i];
      if (gradient == null) continue;
      // Weights of edges are normalized alone (gaea §2, step 2d).
      const floor = entries === "edges" ? 0 : this.#floor;
      noGrad(() => scope(() => copy_(tensor, moved(tensor, gradient, this.learningRate, floor))));
    }
  }

  state(): OptimizerState {
    return { tensors: {}, json: { optimizer: "exponentiated", learningRate: this.learningRate, steps: {} } };
  }

  restore({ json }: OptimizerState): void {
    if (json.optimizer !== "exponentiated") {
      throw new ArchwrightError(
        "run",
        `the saved state of α's optimizer is of ${json.optimizer}, not of exponentiated steps`,
      );
    }
    this.learningRate = json.learningRate;
  }

  dispose(): void {}

  [Symbol.dispose](): void {}
}

/** softmax(log θ − ηg), entries raised to the floor and divided by their sum. */
function moved(theta: Tensor, gradient: Tensor, rate: number, floor: number): Tensor {
  const stepped = softmax(sub(log(theta), mulScalar(gradient, rate)), -1);
  const raised = floor === 0 ? stepped : clampMin(stepped, floor);
  return div(raised, sum(raised));
}
