/** Adam, with L2 regularization coupled to the gradient, as PyTorch defines it. */
import { noGrad } from "../autograd.ts";
import { zerosLike } from "../operators.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { add, add_, addcdiv_, addcmul_, addScalar_, div_, mul_, sqrt } from "./foreach.ts";
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

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the first and second moment, each in [0, 1). @default [0.9, 0.999] */
  readonly betas?: readonly [number, number];
  /** ε, added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
  /** λ, added to the gradient as λ·w (not AdamW's decoupled decay). @default 0 */
  readonly weightDecay?: number;
}

/**
 * g ← ∇ + λw;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  w ← w − lr·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 * Kingma and Ba, ICLR 2015, Algorithm 1. https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export class Adam implements Optimizer {
  learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly #slots: Slot[];

  /** `parameters`: as {@link Module.namedParameters} gives them; they stay the caller's to free. */
  constructor(parameters: ReadonlyMap<string, Tensor>, options: AdamOptions) {
    const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
    this.learningRate = requireBetween("Adam", "learningRate", learningRate, 0);
    this.betas = [
      requireBetween("Adam", "betas", betas[0], 0, BELOW_1),
      requireBetween("Adam", "betas", betas[1], 0, BELOW_1),
    ];
    this.epsilon = requireBetween("Adam", "epsilon", epsilon, 0);
    this.weightDecay = requireBetween("Adam", "weightDecay", weightDecay, 0);
    this.#slots = slots(parameters);
  }

  step(gradients: readonly (Tensor | null)[]): void {
    const updates = pair("Adam", this.#slots, gradients);
    for (const { slot } of updates) slot.steps++;
    // Parameters that sat out a step lag behind in the bias correction; usually there is one group.
    const groups = Map.groupBy(updates, ({ slot }) => slot.steps);
    for (const [steps, group] of groups) noGrad(() => scope(() => this.#update(group, steps)));
  }

  #update(updates: readonly Update[], steps: number): void {
    const [beta1, beta2] = this.betas;
    const weights = updates.map(({ slot }) => slot.parameter);
    let gradients = updates.map(({ gradient }) => gradient);
    if (this.weightDecay !== 0) gradients = add(gradients, weights, this.weightDecay);
    const first = stateTensors(updates, "first-moment", ({ slot }) => zerosLike(slot.parameter));
    const second = stateTensors(updates, "second-moment", ({ slot }) => zerosLike(slot.parameter));
    mul_(first, beta1);
    add_(first, gradients, 1 - beta1);
    mul_(second, beta2);
    addcmul_(second, gradients, gradients, 1 - beta2);
    const denominator = sqrt(second);
    div_(denominator, Math.sqrt(1 - beta2 ** steps));
    addScalar_(denominator, this.epsilon);
    addcdiv_(weights, first, denominator, -this.learningRate / (1 - beta1 ** steps));
  }

  state(): OptimizerState {
    return saveSlots("Adam", this.learningRate, this.#slots);
  }

  restore(state: OptimizerState): void {
    restoreSlots("Adam", ["first-moment", "second-moment"], this.#slots, state);
    this.learningRate = requireBetween("Adam", "learningRate", state.json.learningRate, 0);
  }

  dispose(): void {
    for (const slot of this.#slots) disposeSlot(slot);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The largest number below 1: betas of 1 would divide by zero. */
const BELOW_1 = 1 - Number.EPSILON / 2;
