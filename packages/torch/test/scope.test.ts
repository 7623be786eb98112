/** Memory scopes. */
import { expect, test } from "vitest";
import { add, buffer, detachFromScope, liveTensors, ones, parameter, scope, type Tensor } from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

test("frees what is made inside, keeps what is returned, wherever it is in the result", () => {
  const before = liveTensors();
  const made = scope(() => {
    const x = ones([1]);
    add(x, x);
    return { one: add(x, x), list: [add(x, x)], map: new Map([["k", add(x, x)]]), set: new Set([add(x, x)]), x: 1 };
  });
  expect(liveTensors()).toBe(before + 4);
  for (const t of [made.one, ...made.list, ...made.map.values(), ...made.set]) {
    expect(t.item()).toBe(2);
    t.dispose();
  }
});

test("frees everything when the body throws", () => {
  expect(() =>
    scope(() => {
      ones([1]);
      throw new RangeError("x");
    }),
  ).toThrow(RangeError);
});

test("what an inner scope returns belongs to the outer one", () => {
  let inner: Tensor | undefined;
  scope(() => {
    inner = scope(() => add(ones([1]), ones([1])));
    expect(inner.item()).toBe(2);
  });
  expect(inner?.freed).toBe(true);
});

test("a tensor from outside stays with its owner, also when returned", () => {
  scope(() => {
    const x = ones([1]);
    const y = scope(() => x);
    expect(y).toBe(x);
    expect(x.freed).toBe(false);
  });
});

test("detached tensors, parameters and buffers outlive every open scope", () => {
  const kept = scope(() => {
    const [a, b, c] = [ones([1]), ones([1]), ones([1])];
    scope(() => [detachFromScope(a), parameter(b), buffer(c)]);
    return () => [a, b, c];
  })();
  expect(kept.every((x) => !x.freed)).toBe(true);
  for (const x of kept) x.dispose();
});

test("tensors disposed of inside are not freed twice", () => {
  scope(() => {
    const x = ones([1]);
    scope(() => x.dispose());
    expect(x.freed).toBe(true);
  });
});

test("a promise is refused, because its tensors would be freed under it", () => {
  expect(thrown(() => scope(async () => ones([1]))).message).toContain("promise");
});
