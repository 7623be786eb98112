/** States of the parts of a search. */
import type { SearchState } from "./search.ts";

/** Something whose state is part of the checkpoint. */
export interface Stateful {
  /** The tensors stay the part's own; they are only read. */
  save(): SearchState;
  /** Continues from a saved state. Copies what it keeps. */
  restore(state: SearchState): void;
}

/** Names of the tensors in a saved state: parts of a search keep theirs apart by prefixes. */
export function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}

/** The entries that have the prefix, without it. */
export function unprefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
