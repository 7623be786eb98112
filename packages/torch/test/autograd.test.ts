/** Gradients of first and second order: closed forms and finite differences. */
import { describe, expect, test } from "vitest";
import {
  add,
  batchNorm,
  conv2d,
  enableGrad,
  exp,
  grad,
  gradOrNull,
  mul,
  mulScalar,
  noGrad,
  pow,
  scope,
  sigmoid,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";
import { numbers } from "./support/numbers.ts";

function leaf(values: readonly number[], shape?: readonly number[]): Tensor {
  const x = tensor(Float64Array.from(values), shape);
  x.requiresGrad = true;
  return x;
}

const first = <T>(list: readonly T[]): T => list[0] as T;

test("x³: gradient 3x², second derivative 6x, third 6", () => {
  scope(() => {
    const x = leaf([2, -3]);
    const d1 = first(grad(sum(pow(x, 3)), [x], { createGraph: true }));
    const d2 = first(grad(sum(d1), [x], { createGraph: true }));
    const d3 = first(grad(sum(d2), [x]));
    expect(d1.toArray()).toEqual([12, 27]);
    expect(d2.toArray()).toEqual([12, -18]);
    expect(d3.toArray()).toEqual([6, 6]);
  });
});

test("a mixed second derivative: ∂²(x²y³)/∂x∂y = 6xy²", () => {
  scope(() => {
    const [x, y] = [leaf([2]), leaf([3])];
    const dx = first(grad(sum(mul(square(x), pow(y, 3))), [x], { createGraph: true }));
    expect(first(grad(sum(dx), [y])).item()).toBe(108);
  });
});

test("outputs are weighted by gradOutputs: a vector–Jacobian product", () => {
  scope(() => {
    const x = leaf([1, 2]);
    const weights = tensor(Float64Array.of(10, 100));
    expect(first(grad(square(x), [x], { gradOutputs: [weights] })).toArray()).toEqual([20, 400]);
    const both = grad([sum(x), sum(square(x))], [x], { gradOutputs: [null, null] });
    expect(first(both).toArray()).toEqual([3, 5]);
  });
});

describe("against central differences", () => {
  const functions: [string, number[], (x: Tensor) => Tensor][] = [
    ["sigmoid of tanh of exp", [6], (x) => sum(sigmoid(tanh(exp(x))))],
    [
      "a convolution and batch norm",
      [2, 2, 3, 3],
      (x) => {
        const weight = tensor(Float64Array.from(numbers(2 * 2 * 9, 9)), [2, 2, 3, 3]);
        const y = conv2d(x, weight, { padding: 1 });
        return sum(square(tanh(batchNorm(y, null, null, null, null, true, 0.1, 1e-5, false))));
      },
    ],
  ];
  test.each(functions)("%s", (_, shape, f) => {
    const count = shape.reduce((a, b) => a * b);
    const values = numbers(count, 5);
    const step = 1e-5;
    const value = (at: number, by: number) =>
      scope(() =>
        f(
          tensor(
            Float64Array.from(values, (v, i) => v + (i === at ? by : 0)),
            shape,
          ),
        ).item(),
      );
    const slope = (at: number, by: number): number[] =>
      scope(() => {
        const x = leaf(
          values.map((v, i) => v + (i === at ? by : 0)),
          shape,
        );
        return first(grad(f(x), [x])).toArray();
      });
    scope(() => {
      const x = leaf(values, shape);
      const gradient = first(grad(f(x), [x], { createGraph: true }));
      const direction = numbers(count, 7);
      const along = sum(mul(gradient, tensor(Float64Array.from(direction), shape)));
      const hessian = first(grad(along, [x])).toArray();
      const analytic = gradient.toArray();
      for (let i = 0; i < count; i++) {
        expect(analytic[i]).toBeCloseTo((value(i, step) - value(i, -step)) / (2 * step), 6);
        const [above, below] = [slope(i, step), slope(i, -step)];
        const row = above.reduce(
          (s, v, j) => s + ((v - (below[j] as number)) / (2 * step)) * (direction[j] as number),
          0,
        );
        expect(hessian[i]).toBeCloseTo(row, 5);
      }
    });
  });
});

test("noGrad and enableGrad nest, also around an error", () => {
  scope(() => {
    const x = leaf([1]);
    const recorded = () => scope(() => mulScalar(x, 2).requiresGrad);
    expect(recorded()).toBe(true);
    noGrad(() => {
      expect(recorded()).toBe(false);
      enableGrad(() => {
        expect(recorded()).toBe(true);
        noGrad(() => expect(recorded()).toBe(false));
        expect(recorded()).toBe(true);
      });
      expect(() =>
        enableGrad(() => {
          throw new RangeError();
        }),
      ).toThrow(RangeError);
      expect(recorded()).toBe(false);
    });
    expect(recorded()).toBe(true);
  });
});

describe("errors", () => {
  test("an input that takes no part", () => {
    scope(() => {
      const [x, y] = [leaf([1]), leaf([1])];
      const loss = () => sum(square(x));
      expect(thrown(() => grad(loss(), [x, y])).operator).toBe("grad");
      const [gx, gy] = gradOrNull(loss(), [x, y]);
      expect(gx?.item()).toBe(2);
      expect(gy).toBeNull();
    });
  });

  test("outputs that do not require gradients, or are not scalars, or were used up", () => {
    scope(() => {
      const x = leaf([1, 2]);
      expect(thrown(() => grad(sum(tensor([1])), [x])).code).toBe("operator");
      expect(thrown(() => grad(square(x), [x])).message).toContain("scalar");
      const loss = sum(square(x));
      grad(loss, [x]);
      expect(thrown(() => grad(loss, [x])).message).toContain("second time");
      const again = sum(square(x));
      grad(again, [x], { retainGraph: true });
      expect(first(grad(again, [x])).toArray()).toEqual([2, 4]);
    });
  });

  test("a freed tensor, named by its list", () => {
    scope(() => {
      const x = leaf([1]);
      const loss = sum(add(x, x));
      x.dispose();
      expect(thrown(() => grad(loss, [x]))).toMatchObject({ code: "freed", operator: "grad", argument: "inputs" });
    });
  });

  test("requiresGrad is for leaves of floating-point type", () => {
    scope(() => {
      const product = mulScalar(leaf([1]), 2);
      expect(thrown(() => Object.assign(product, { requiresGrad: false })).argument).toBe("self");
      const integers = tensor([1], [1], { dtype: "int64" });
      expect(thrown(() => Object.assign(integers, { requiresGrad: true })).operator).toBe("requiresGrad");
    });
  });
});

test("the graph keeps what it needs alive after the tensors are freed", () => {
  scope(() => {
    const x = leaf([3]);
    const loss = scope(() => sum(square(mulScalar(x, 2))));
    expect(first(grad(loss, [x])).item()).toBe(24);
  });
});
