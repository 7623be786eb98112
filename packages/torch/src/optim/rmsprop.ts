/** RMSProp with momentum, as TensorFlow defines it. */
import { noGrad } from "../autograd.ts";
import { onesLike, zerosLike } from "../operators.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { add, add_, addcdiv_, addcmul_, addScalar_, mul, mul_, sqrt } from "./foreach.ts";
import {
  disposeSlot,
  type Optimizer,
  type OptimizerState,
  pair,
  restoreSlots,
  type Slot,
  saveSlots,
  slots,
  stateTensors,
  type Update,
} from "./optimizer.ts";
import { requireBetween } from "./settings.ts";

export interface RMSPropOptions {
  readonly learningRate: number;
  /** ρ, decay of the mean square, in [0, 1). @default 0.9 */
  readonly decay?: number;
  /** μ, in [0, 1). @default 0 */
  readonly momentum?: number;
  /** ε, inside the root. @default 1e-10 */
  readonly epsilon?: number;
  /** λ, added to the gradient as λ·w. @default 0 */
  readonly weightDecay?: number;
}

/**
 * g ← ∇ + λw;  v ← ρv + (1 − ρ)g², starting from v = 1;  m ← μm + lr·g/√(v + ε);  w ← w − m.
 * https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/RMSPropOptimizer
 *
 * PyTorch's differs: ε stands outside its root, v starts from 0, and the learning rate outside the momentum.
 */
export class RMSProp implements Optimizer {
  learningRate: number;
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly #slots: Slot[];

  /** `parameters`: as {@link Module.namedParameters} gives them; they stay the caller's to free. */
  constructor(parameters: ReadonlyMap<string, Tensor>, options: RMSPropOptions) {
    const { learningRate, decay = 0.9, momentum = 0, epsilon = 1e-10, weightDecay = 0 } = options;
    this.learningRate = requireBetween("RMSProp", "learningRate", learningRate, 0);
    this.decay = requireBetween("RMSProp", "decay", decay, 0, 1);
    this.momentum = requireBetween("RMSProp", "momentum", momentum, 0, 1);
    this.epsilon = requireBetween("RMSProp", "epsilon", epsilon, 0);
    this.weightDecay = requireBetween("RMSProp", "weightDecay", weightDecay, 0);
    this.#slots = slots(parameters);
  }

  step(gradients: readonly (Tensor | null)[]): void {
    const updates = pair("RMSProp", this.#slots, gradients);
    if (updates.length === 0) return;
    noGrad(() => scope(() => this.#update(updates)));
    for (const { slot } of updates) slot.steps++;
  }

  #update(updates: readonly Update[]): void {
    const weights = updates.map(({ slot }) => slot.parameter);
    let gradients = updates.map(({ gradient }) => gradient);
    if (this.weightDecay !== 0) gradients = add(gradients, weights, this.weightDecay);
    const squares = stateTensors(updates, "mean-square", ({ slot }) => onesLike(slot.parameter));
    const momenta = stateTensors(updates, "momentum", ({ slot }) => zerosLike(slot.parameter));
    mul_(squares, this.decay);
    addcmul_(squares, gradients, gradients, 1 - this.decay);
    const shifted = mul(squares, 1);
    addScalar_(shifted, this.epsilon);
    mul_(momenta, this.momentum);
    addcdiv_(momenta, gradients, sqrt(shifted), this.learningRate);
    add_(weights, momenta, -1);
  }

  state(): OptimizerState {
    return saveSlots("RMSProp", this.learningRate, this.#slots);
  }

  restore(state: OptimizerState): void {
    restoreSlots("RMSProp", ["mean-square", "momentum"], this.#slots, state);
    this.learningRate = requireBetween("RMSProp", "learningRate", state.json.learningRate, 0);
  }

  dispose(): void {
    for (const slot of this.#slots) disposeSlot(slot);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
