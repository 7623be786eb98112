/** Functions of values with derivatives along two directions: our kernels, and the library's operators differentiated. */
import {
  add,
  batchNorm,
  cat,
  chunk,
  clamp,
  clone,
  enableGrad,
  grad,
  hyperDualNorm,
  hyperDualRelu,
  mul,
  relu,
  scope,
  sum,
  type Tensor,
  tensor,
  to,
  zeros,
} from "../../src/index.ts";
import { numbers } from "./numbers.ts";
import { relativeError } from "./training-cases.ts";

interface HyperDualCase {
  readonly name: string;
  /** Of one of the four minibatches. */
  readonly shape: readonly number[];
  readonly ours: (x: Tensor) => Tensor;
  /** The same function of one minibatch, in double precision. */
  readonly library: (x: Tensor) => Tensor;
}

function norm(shape: readonly number[], affine: boolean, epsilon: number): HyperDualCase {
  const channels = shape[1] as number;
  const own = (seed: number): number[] => numbers(channels, seed).map((value) => 1 + value / 2);
  const parameters = (dtype: "float32" | "float64"): [Tensor | undefined, Tensor | undefined] =>
    affine ? [tensor(own(7), [channels], { dtype }), tensor(own(8), [channels], { dtype })] : [undefined, undefined];
  return {
    name: `norm ${shape}${affine ? " with scale and shift" : ""}`,
    shape,
    ours: (x) => hyperDualNorm(x, ...parameters("float32"), epsilon),
    library: (x) => {
      const [weight = null, bias = null] = parameters("float64");
      return batchNorm(x, weight, bias, null, null, true, 0.1, epsilon, false);
    },
  };
}

export const cases: readonly HyperDualCase[] = [
  norm([3, 16, 5, 4], false, 1e-5),
  norm([2, 21, 3, 7], true, 1e-2),
  norm([5, 3, 1, 1], true, 1e-5),
  { name: "relu", shape: [2, 5, 3, 7], ours: (x) => hyperDualRelu(x), library: relu },
  {
    name: "relu with a limit",
    shape: [2, 16, 3, 3],
    ours: (x) => hyperDualRelu(x, 0.4),
    library: (x) => clamp(x, { min: 0, max: 0.4 }),
  },
];

/** f(x + s·xₛ + t·xₜ + st·xₛₜ) and its ∂s, ∂t and ∂s∂t at s = t = 0, one number at a time, by differentiating it twice. */
function derivatives(library: HyperDualCase["library"], parts: readonly Tensor[]): Tensor[] {
  const [value, xs, xt, xst] = parts as [Tensor, Tensor, Tensor, Tensor];
  return enableGrad(() => {
    const [s, t] = [zeros([], { dtype: "float64" }), zeros([], { dtype: "float64" })];
    for (const direction of [s, t]) direction.requiresGrad = true;
    const moved = add(add(value, mul(xs, s)), add(mul(xt, t), mul(xst, mul(s, t))));
    const output = library(moved);
    // Derivatives of Σ u·f with respect to u are those of f: u is what the linear form is probed with.
    const probe = zeros(output.shape, { dtype: "float64" });
    probe.requiresGrad = true;
    const form = sum(mul(output, probe));
    const [alongS, alongT] = grad(form, [s, t], { createGraph: true }) as [Tensor, Tensor];
    const [both] = grad(alongS, [t], { createGraph: true }) as [Tensor];
    return [output, ...[alongS, alongT, both].map((along) => grad(along, [probe], { retainGraph: true })[0] as Tensor)];
  });
}

/** The largest error of any part, relative to its largest element, by case. */
export function worstErrors(): Record<string, number> {
  return Object.fromEntries(
    cases.map(({ name, shape, ours, library }) => [
      name,
      scope(() => {
        const size = shape.reduce((a, b) => a * b, 1);
        const parts = [1, 2, 3, 4].map((seed) => tensor(numbers(size, seed), shape));
        const actual = chunk(ours(clone(cat(parts, { dim: 0 }), { memoryFormat: "channels_last" })), 4);
        const expected = derivatives(
          library,
          parts.map((part) => to(part, { dtype: "float64" })),
        );
        return Math.max(...actual.map((part, k) => relativeError(part, expected[k] as Tensor)));
      }),
    ]),
  );
}
