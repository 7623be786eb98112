/** Memory scopes: every tensor made inside is freed on exit, except what the scope returns. */
import { TorchError } from "./errors.ts";
import { enter, forget, leave, outer, type Scope } from "./scope-stack.ts";
import { Tensor } from "./tensor.ts";

/**
 * Runs `body`; tensors created in it are freed when it returns or throws, except those found in its result (tensors,
 * arrays, plain objects, Maps), which move to the enclosing scope. Scopes are synchronous: a promise is refused.
 *
 * @example
 * ```ts
 * const norm = scope(() => sqrt(sum(mul(x, x))).item());
 * ```
 */
export function scope<T>(body: () => T): T {
  const made = enter();
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new TorchError("argument", "scope: the body returned a promise; scopes are synchronous");
    }
    keep(result, made);
    return result;
  } finally {
    leave(made);
  }
}

/** Takes a tensor out of whatever scope holds it: whoever calls this disposes of it later. Returns it. */
export function detachFromScope<T extends Tensor>(tensor: T): T {
  forget(tensor);
  return tensor;
}

/** Moves every tensor in `value` out of `made`, into the scope around it. */
function keep(value: unknown, made: Scope): void {
  if (value instanceof Tensor) {
    if (!made.delete(value)) return;
    const around = outer(made);
    if (around === undefined) value.watch();
    else around.add(value);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) keep(item, made);
  } else if (value instanceof Map) {
    for (const item of value.values()) keep(item, made);
  } else if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) keep(item, made);
  }
}
