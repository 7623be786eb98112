/** Automatic differentiation. */
import { freedError, fromNative } from "./errors.ts";
import { type NativeTensor, native } from "./native.ts";
import { Tensor } from "./tensor.ts";

export interface GradOptions {
  /** Weights of the outputs, for outputs that are not scalars. */
  readonly gradOutputs?: readonly (Tensor | null)[];
  /** Record the gradient computation, so that it can be differentiated again. @default false */
  readonly createGraph?: boolean;
  /** Keep what the backward pass needs, to run it again. @default the value of `createGraph` */
  readonly retainGraph?: boolean;
}

/**
 * Gradients of the sum of `outputs` with respect to `inputs`, in their order; each has its input's shape.
 * Throws where an input does not take part; {@link gradOrNull} gives null there.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  return compute(outputs, inputs, options, false) as Tensor[];
}

/** Like {@link grad}, with null for inputs that the outputs do not depend on. */
export function gradOrNull(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  return compute(outputs, inputs, options, true);
}

function compute(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions,
  allowUnused: boolean,
): (Tensor | null)[] {
  const roots = outputs instanceof Tensor ? [outputs] : outputs;
  const createGraph = options.createGraph ?? false;
  try {
    return native
      .grad(
        roots.map((tensor) => handleOf(tensor, "outputs")),
        inputs.map((tensor) => handleOf(tensor, "inputs")),
        options.gradOutputs?.map((tensor) => (tensor === null ? null : handleOf(tensor, "gradOutputs"))) ?? null,
        options.retainGraph ?? createGraph,
        createGraph,
        allowUnused,
      )
      .map((handle) => (handle === null ? null : new Tensor(handle)));
  } catch (error) {
    throw fromNative(error, "grad");
  }
}

function handleOf(tensor: Tensor, argument: string): NativeTensor {
  if (tensor.freed) throw freedError("grad", argument);
  return tensor.handle;
}

/** Runs `body` without recording operations for differentiation. */
export function noGrad<T>(body: () => T): T {
  return withGrad(false, body);
}

/** Runs `body` with recording on, also inside {@link noGrad}. */
export function enableGrad<T>(body: () => T): T {
  return withGrad(true, body);
}

function withGrad<T>(enabled: boolean, body: () => T): T {
  const previous = native.setGradEnabled(enabled);
  try {
    return body();
  } finally {
    native.setGradEnabled(previous);
  }
}
