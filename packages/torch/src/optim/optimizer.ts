/** What every optimizer has: a step on explicit gradients, and a state that can be saved and continued to the same bits. */

import { noGrad } from "../autograd.ts";
import { TorchError } from "../errors.ts";
import { copy_, emptyLike } from "../operators.generated.ts";
import { detachFromScope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** The whole state of an optimizer: named tensors (its own, not copies) and plain JSON. */
export interface OptimizerState {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly json: OptimizerJson;
}

export interface OptimizerJson {
  readonly optimizer: string;
  readonly learningRate: number;
  /** Updates done so far, by parameter name. */
  readonly steps: Readonly<Record<string, number>>;
}

/** Updates named parameters in place, from gradients that the caller computes. */
export interface Optimizer extends Disposable {
  learningRate: number;
  /**
   * One update.
   *
   * - `gradients`: one for each parameter, in the parameters' order, of their shapes; a parameter whose gradient is
   *   null is left as it is, with its state. They are read, not kept.
   */
  step(gradients: readonly (Tensor | null)[]): void;
  state(): OptimizerState;
  /** Continues from a state that `state()` returned, possibly in another process. The values are copied. */
  restore(state: OptimizerState): void;
  dispose(): void;
}

/** A parameter with the steps it has had and its state tensors (momenta), which exist from its first step. */
export interface Slot {
  readonly name: string;
  readonly parameter: Tensor;
  steps: number;
  readonly state: Map<string, Tensor>;
}

/** A slot that has a gradient in this step. */
export interface Update {
  readonly slot: Slot;
  readonly gradient: Tensor;
}

export function slots(parameters: ReadonlyMap<string, Tensor>): Slot[] {
  return Array.from(parameters, ([name, parameter]) => ({ name, parameter, steps: 0, state: new Map() }));
}

/** Pairs slots with their gradients, leaving out null ones. Throws where the gradients do not fit. */
export function pair(optimizer: string, all: readonly Slot[], gradients: readonly (Tensor | null)[]): Update[] {
  if (gradients.length !== all.length) {
    throw mismatch(optimizer, `got ${gradients.length} gradients for ${all.length} parameters`);
  }
  return all.flatMap((slot, i) => {
    const gradient = gradients[i];
    if (gradient == null) return [];
    const wanted = slot.parameter.shape;
    if (wanted.length !== gradient.shape.length || wanted.some((size, d) => size !== gradient.shape[d])) {
      throw mismatch(optimizer, `gradient ${i} has shape [${gradient.shape}], "${slot.name}" has [${wanted}]`);
    }
    return [{ slot, gradient }];
  });
}

function mismatch(optimizer: string, what: string): TorchError {
  return new TorchError("argument", `${optimizer}: argument 'gradients': ${what}`, {
    operator: optimizer,
    argument: "gradients",
  });
}

/** The state tensor `key` of each update. `make` gives its first value for those that have none yet. */
export function stateTensors(updates: readonly Update[], key: string, make: (update: Update) => Tensor): Tensor[] {
  return updates.map((update) => {
    const { state } = update.slot;
    const existing = state.get(key);
    if (existing !== undefined) return existing;
    const made = detachFromScope(make(update));
    state.set(key, made);
    return made;
  });
}

export function saveSlots(optimizer: string, learningRate: number, all: readonly Slot[]): OptimizerState {
  const tensors = all.flatMap((slot) => Array.from(slot.state, ([key, tensor]) => [`${key}/${slot.name}`, tensor]));
  const steps = all.map((slot) => [slot.name, slot.steps]);
  return {
    tensors: Object.fromEntries(tensors),
    json: { optimizer, learningRate, steps: Object.fromEntries(steps) },
  };
}

/** Puts a saved state into the slots. Throws a TorchError with code `format` if it belongs to something else. */
export function restoreSlots(
  optimizer: string,
  keys: readonly string[],
  all: readonly Slot[],
  { tensors, json }: OptimizerState,
): void {
  const unfit = (what: string) =>
    new TorchError("format", `${optimizer}: the saved state ${what}`, { operator: optimizer });
  if (json.optimizer !== optimizer) throw unfit(`is of ${json.optimizer}`);
  const names = all.map((slot) => slot.name);
  const saved = Object.keys(json.steps);
  if (saved.length !== names.length || names.some((name) => !Object.hasOwn(json.steps, name))) {
    throw unfit("is for other parameters");
  }
  const left = new Map(Object.entries(tensors));
  const found = all.map((slot) => {
    const entries = keys.flatMap((key): [string, Tensor][] => {
      const name = `${key}/${slot.name}`;
      const tensor = left.get(name);
      if (tensor === undefined) return [];
      left.delete(name);
      if (`${tensor.shape}` !== `${slot.parameter.shape}` || tensor.dtype !== slot.parameter.dtype) {
        throw unfit(`has ${tensor} as "${name}", the parameter is ${slot.parameter}`);
      }
      return [[key, tensor]];
    });
    return { slot, entries };
  });
  if (left.size > 0) throw unfit(`has an unexpected tensor "${[...left.keys()][0]}"`);
  for (const { slot, entries } of found) {
    slot.steps = json.steps[slot.name] as number;
    // Copied before the old ones go: the state may be this optimizer's own.
    const copies = entries.map(([key, tensor]): [string, Tensor] => [key, copyLike(slot.parameter, tensor)]);
    disposeSlot(slot);
    for (const [key, copy] of copies) slot.state.set(key, copy);
  }
}

/** A copy on the device and in the memory format of the parameter. */
function copyLike(parameter: Tensor, tensor: Tensor): Tensor {
  return noGrad(() => detachFromScope(copy_(emptyLike(parameter), tensor)));
}

export function disposeSlot(slot: Slot): void {
  for (const tensor of slot.state.values()) tensor.dispose();
  slot.state.clear();
}
