/** The stack of open scopes of this thread. */

/** What a scope has to free. */
export type Scope = Set<Disposable>;

const stack: Scope[] = [];

export function enter(): Scope {
  const made: Scope = new Set();
  stack.push(made);
  return made;
}

/** Closes `made` and frees what is left in it. */
export function leave(made: Scope): void {
  stack.splice(stack.indexOf(made), 1);
  for (const tensor of made) tensor[Symbol.dispose]();
}

/** The innermost open scope. */
export const current = (): Scope | undefined => stack.at(-1);

/** The scope around `made`. */
export const outer = (made: Scope): Scope | undefined => stack[stack.indexOf(made) - 1];

/** Removes a tensor from the scope that holds it, which need not be the innermost. */
export function forget(tensor: Disposable): void {
  for (let i = stack.length - 1; i >= 0; i--) if (stack[i]?.delete(tensor)) return;
}
