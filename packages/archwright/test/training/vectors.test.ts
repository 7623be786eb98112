/** Lists of tensors as one vector. */
import { scope, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { expect, it } from "vitest";
import { assign, copied, dense, norm, plus, times, withValues } from "../../src/training/vectors.ts";
import { bits, constant, leaf, numbers } from "../updates/support.ts";

it("is one vector: the norm is over all tensors together", () => {
  scope(() => {
    expect(norm([constant([3]), constant([0, 4])])).toBe(5);
    expect(norm([])).toBe(0);
  });
});

it("adds and scales into new tensors without gradients", () => {
  scope(() => {
    const [a, b] = [
      [leaf([1, 2]), leaf([3])],
      [constant([10, 20]), constant([30])],
    ];
    expect(numbers(plus(a, b))).toEqual([11, 22, 33]);
    expect(numbers(plus(a, b, -0.5))).toEqual([-4, -8, -12]);
    const scaled = times(a, 2);
    expect(numbers(scaled)).toEqual([2, 4, 6]);
    expect(scaled.map(({ requiresGrad }) => requiresGrad)).toEqual([false, false]);
    expect(numbers(a)).toEqual([1, 2, 3]);
  });
});

it("copies are apart from what was copied, and null gradients are zeros", () => {
  scope(() => {
    const w = [leaf([1, 2])];
    const copy = copied(w);
    assign(w, [constant([5, 6])]);
    expect(numbers(copy)).toEqual([1, 2]);
    expect(numbers(dense([null, constant([7])], [...w, constant([0])]))).toEqual([0, 0, 7]);
  });
});

it("puts back the very bits after other values were in place, also where the body throws", () => {
  scope(() => {
    // 0.1 + 0.3 − 0.3 is not 0.1 in doubles: adding and taking away again would show.
    const w: Tensor[] = [leaf([0.1, Math.PI])];
    const before = bits(w);
    const seen = withValues(w, [constant([0.4, 7])], () => numbers(w));
    expect(seen).toEqual([0.4, 7]);
    expect(bits(w)).toBe(before);
    const broken = (): never => {
      throw new Error("broken");
    };
    expect(() => withValues(w, [constant([1, 1])], broken)).toThrow("broken");
    expect(bits(w)).toBe(before);
  });
});
