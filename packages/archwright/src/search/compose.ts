/** Searches made of searches. */
import type { SearchEvent } from "./events.ts";
import type { Search, SearchState } from "./search.ts";
import { prefixed, unprefixed } from "./state.ts";

/** `first`, then `second`. The second is made when the first has finished, from what that left behind. */
export function inTurn(first: Search, makeSecond: () => Search): Search {
  let second: Search | undefined;
  const current = (): Search => {
    if (second === undefined && first.finished) second = makeSecond();
    return second ?? first;
  };
  return {
    get progress() {
      const [a, b] = [first.progress, second?.progress];
      return b === undefined ? a : { done: a.done + b.done, total: a.total + b.total, label: b.label };
    },
    get finished() {
      return current().finished;
    },
    step: (): readonly SearchEvent[] => current().step(),
    save(): SearchState {
      const [a, b] = [first.save(), second?.save()];
      return {
        tensors: { ...prefixed("first.", a.tensors), ...prefixed("second.", b?.tensors ?? {}) },
        json: { first: a.json, second: b?.json ?? null },
      };
    },
    restore({ tensors, json }: SearchState): void {
      const saved = json as { first: unknown; second: unknown };
      first.restore({ tensors: unprefixed("first.", tensors), json: saved.first });
      if (saved.second === null) return;
      second ??= makeSecond();
      second.restore({ tensors: unprefixed("second.", tensors), json: saved.second });
    },
    dispose(): void {
      first.dispose();
      second?.dispose();
    },
  };
}

/** `search`, which also frees `owned` when it is disposed of. */
export function owning(search: Search, owned: Disposable): Search {
  return {
    get progress() {
      return search.progress;
    },
    get finished() {
      return search.finished;
    },
    step: () => search.step(),
    save: () => search.save(),
    restore: (state) => search.restore(state),
    dispose(): void {
      search.dispose();
      owned[Symbol.dispose]();
    },
  };
}
