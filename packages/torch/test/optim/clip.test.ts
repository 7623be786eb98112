/** Clipping by global norm. */
import { expect, test } from "vitest";
import { add, clipGradients, expand, grad, mulScalar, scope, sum, type Tensor, tensor } from "../../src/index.ts";
import "../support/leaks.ts";

test("scales by maximum / (norm + 1e-6) where the norm is larger, and says what it was", () => {
  scope(() => {
    const gradients = [tensor([3, 4]), null, tensor([12], [1, 1])]; // norm 13
    const clipped = clipGradients(gradients, 5);
    expect(clipped.norm).toBe(13);
    const values = clipped.gradients.map((gradient) => gradient?.toArray() ?? null);
    expect(values[1]).toBeNull();
    const expected = [3, 4, 12].map((value) => (value * 5) / (13 + 1e-6));
    for (const [i, value] of [values[0], values[2]].flat().entries())
      expect(value).toBeCloseTo(expected[i] as number, 6);
    expect(gradients[0]?.toArray()).toEqual([3, 4]);
  });
});

test("leaves smaller gradients as they are", () => {
  scope(() => {
    const gradients = [tensor([0.3, 0.4])];
    const clipped = clipGradients(gradients, 5);
    expect(clipped.gradients[0]).toBe(gradients[0]);
    expect(clipped.norm).toBeCloseTo(0.5, 6);
  });
});

test("scales gradients that are one tensor, or expanded, once", () => {
  scope(() => {
    const [a, b] = [tensor([1, 1]), tensor([2, 2])];
    a.requiresGrad = true;
    b.requiresGrad = true;
    // Autograd gives both terms of a sum one gradient, here the expanded 1 of the sum, doubled.
    const [ga, gb] = grad(mulScalar(sum(add(a, b)), 2), [a, b]);
    const both = [ga as Tensor, gb as Tensor, expand(tensor([3]), [4])];
    const { norm, gradients } = clipGradients(both, 1);
    expect(norm).toBeCloseTo(Math.sqrt(8 + 8 + 36), 5);
    expect(gradients[0]?.toArray()[0]).toBeCloseTo(2 / Math.sqrt(52), 5);
    expect(gradients[1]?.toArray()).toEqual(gradients[0]?.toArray());
    expect(gradients[2]?.toArray()).toHaveLength(4);
  });
});

test("an infinite norm gives NaN, not a silent zero", () => {
  scope(() => {
    const { norm, gradients } = clipGradients([tensor([Number.POSITIVE_INFINITY, 1])], 5);
    expect(norm).toBe(Number.POSITIVE_INFINITY);
    expect(gradients[0]?.toArray()[0]).toBeNaN();
  });
});

test("nothing to clip has norm 0", () => {
  expect(clipGradients([null], 1)).toEqual({ norm: 0, gradients: [null] });
});
