/** Searches made of searches. */
import { scope, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { expect, it } from "vitest";
import { inTurn, owning } from "../../src/search/compose.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import type { Search, SearchState } from "../../src/search/search.ts";

/** Counts to `length`, adding to `shared.sum`, as training leaves weights behind; each step reports one event. */
function counter(
  name: string,
  initialLength: number,
  shared: { sum: number },
): Search & { readonly disposed: boolean } {
  let length = initialLength;
  let done = 0;
  let disposed = false;
  const kept = scope(() => tensor([0]));
  return {
    get disposed() {
      return disposed;
    },
    get progress() {
      return { done, total: length, label: name };
    },
    get finished() {
      return done === length;
    },
    step: (): SearchEvent[] => {
      done++;
      shared.sum = shared.sum * 3 + done;
      return [{ type: "validation", proposal: done, architecture: name, batches: 1, score: shared.sum }];
    },
    save: (): SearchState => ({ tensors: { [name]: kept }, json: { done, length, sum: shared.sum } }),
    restore({ tensors, json }) {
      expect(Object.keys(tensors)).toEqual([name]);
      ({ done, length } = json as { done: number; length: number });
      ({ sum: shared.sum } = json as { sum: number });
    },
    dispose: () => {
      disposed = true;
      kept.dispose();
    },
  };
}

function composed() {
  const shared = { sum: 1 };
  const made: ReturnType<typeof counter>[] = [];
  const make = (name: string, length: number) => {
    const search = counter(name, length, shared);
    made.push(search);
    return search;
  };
  return { search: inTurn(make("first", 3), () => make("second", 2 + (shared.sum % 2))), made };
}

const rest = (search: Search): SearchEvent[] => {
  const events: SearchEvent[] = [];
  while (!search.finished) events.push(...search.step());
  return events;
};

it("runs the first to its end, then makes the second from what it left behind", () => {
  const { search, made } = composed();
  expect(search.progress).toEqual({ done: 0, total: 3, label: "first" });
  for (let n = 0; n < 3; n++) search.step();
  expect(made).toHaveLength(1);
  expect(search.finished).toBe(false);
  expect(made).toHaveLength(2);
  search.step();
  expect(search.progress).toMatchObject({ done: 4, label: "second" });
  rest(search);
  const { done, total } = search.progress;
  expect(done).toBe(total);
  search.dispose();
  expect(made.map(({ disposed }) => disposed)).toEqual([true, true]);
});

it("continues from a state saved at any moment, in either half and between them", () => {
  const { search: whole } = composed();
  const expected = rest(whole);
  whole.dispose();
  for (let stop = 0; stop <= expected.length; stop++) {
    for (const looked of [false, true]) {
      const { search } = composed();
      const events = Array.from({ length: stop }, () => search.step()).flat();
      // Asking whether it is finished makes the second half; the state must not depend on that.
      if (looked) expect(search.finished).toBe(stop === expected.length);
      const { tensors, json } = search.save();
      const { search: later } = composed();
      later.restore({ tensors, json: JSON.parse(JSON.stringify(json)) });
      expect(later.progress.done).toBe(stop);
      expect([...events, ...rest(later)]).toEqual(expected);
      search.dispose();
      later.dispose();
    }
  }
});

it("frees what belongs to it, after the search", () => {
  const order: string[] = [];
  const inner = counter("first", 2, { sum: 0 });
  const owned = { [Symbol.dispose]: () => void order.push(inner.disposed ? "after" : "before") };
  const search = owning(inner, owned);
  expect(search.progress).toEqual({ done: 0, total: 2, label: "first" });
  search.step();
  const { tensors, json } = search.save();
  expect(json).toMatchObject({ done: 1 });
  search.step();
  expect(search.finished).toBe(true);
  search.restore({ tensors, json });
  expect(search.finished).toBe(false);
  search.dispose();
  expect(order).toEqual(["after"]);
});
