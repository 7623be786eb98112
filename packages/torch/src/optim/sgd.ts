/** Stochastic gradient descent with momentum, Nesterov momentum and weight decay, as PyTorch defines them. */
import { noGrad } from "../autograd.ts";
import { clone } from "../operators.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { add, add_, mul_ } from "./foreach.ts";
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

export interface SGDOptions {
  readonly learningRate: number;
  /** μ, in [0, 1). @default 0 */
  readonly momentum?: number;
  /** τ: a step adds (1 − τ)·g to the momentum. @default 0 */
  readonly dampening?: number;
  /** λ, added to the gradient as λ·w. @default 0 */
  readonly weightDecay?: number;
  /** Look ahead: use g + μ·v. Needs momentum and no dampening. @default false */
  readonly nesterov?: boolean;
}

/**
 * g ← ∇ + λw;  v ← μv + (1 − τ)g, starting with v = g;  w ← w − lr·v, or w − lr·(g + μv) with Nesterov.
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD implements Optimizer {
  learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly #slots: Slot[];

  /** `parameters`: as {@link Module.namedParameters} gives them; they stay the caller's to free. */
  constructor(parameters: ReadonlyMap<string, Tensor>, options: SGDOptions) {
    const { learningRate, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    this.learningRate = requireBetween("SGD", "learningRate", learningRate, 0);
    this.momentum = requireBetween("SGD", "momentum", momentum, 0, 1);
    this.dampening = requireBetween("SGD", "dampening", dampening, 0, nesterov ? 0 : 1);
    this.weightDecay = requireBetween("SGD", "weightDecay", weightDecay, 0);
    if (nesterov) requireBetween("SGD", "momentum", momentum, Number.MIN_VALUE, 1);
    this.nesterov = nesterov;
    this.#slots = slots(parameters);
  }

  step(gradients: readonly (Tensor | null)[]): void {
    const updates = pair("SGD", this.#slots, gradients);
    if (updates.length === 0) return;
    noGrad(() => scope(() => this.#update(updates)));
    for (const { slot } of updates) slot.steps++;
  }

  #update(updates: readonly Update[]): void {
    const weights = updates.map(({ slot }) => slot.parameter);
    let direction = updates.map(({ gradient }) => gradient);
    if (this.weightDecay !== 0) direction = add(direction, weights, this.weightDecay);
    if (this.momentum !== 0) direction = this.#accelerate(updates, direction);
    add_(weights, direction, -this.learningRate);
  }

  /** Puts the gradients into the momenta, and returns what to step along. */
  #accelerate(updates: readonly Update[], gradients: readonly Tensor[]): Tensor[] {
    const pairs = updates.map(({ slot }, i) => ({ slot, gradient: gradients[i] as Tensor }));
    const old = pairs.filter(({ slot }) => slot.state.has("momentum"));
    const momenta = stateTensors(pairs, "momentum", ({ gradient }) => clone(gradient));
    if (old.length > 0) {
      const moving = old.map(({ slot }) => slot.state.get("momentum") as Tensor);
      mul_(moving, this.momentum);
      add_(
        moving,
        old.map(({ gradient }) => gradient),
        1 - this.dampening,
      );
    }
    return this.nesterov ? add(gradients, momenta, this.momentum) : momenta;
  }

  state(): OptimizerState {
    return saveSlots("SGD", this.learningRate, this.#slots);
  }

  restore(state: OptimizerState): void {
    restoreSlots("SGD", ["momentum"], this.#slots, state);
    this.learningRate = requireBetween("SGD", "learningRate", state.json.learningRate, 0);
  }

  dispose(): void {
    for (const slot of this.#slots) disposeSlot(slot);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
