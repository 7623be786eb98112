/** The kernels of training: values and gradients of any order against libtorch's operators in double precision. */
import { afterAll, expect, test } from "vitest";
import {
  add,
  batchNorm,
  clone,
  grad,
  mixture,
  mul,
  mulScalar,
  noGrad,
  ones,
  poolBranch,
  scope,
  separableBranches,
  setThreads,
  sum,
  type Tensor,
  tensor,
  threads,
  to,
  trackMoments_,
  zeros,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";
import { numbers } from "./support/numbers.ts";
import { capabilities, errorsOn, hasProcessor } from "./support/processor.ts";
import {
  cases,
  compute,
  differentiable,
  inputsOf,
  momentsOf,
  relativeError,
  type TrainingCase,
} from "./support/training-cases.ts";

const allThreads = threads();
afterAll(() => setThreads(allThreads));

test.for(capabilities)("values and gradients, on processors up to %s", (capability, { skip }) => {
  skip(!hasProcessor(capability), `this processor has no ${capability}`);
  const errors = errorsOn(capability, "training-kernels.ts");
  expect(Object.keys(errors)).toEqual(cases.map(({ name }) => name));
  // Float32 has 24 bits; Winograd's transforms cost the dense convolutions two or three of them.
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
});

test.each(cases)("gradients for one input alone are the same bits: $name", (one) => {
  scope(() => {
    const inputs = inputsOf(one, 2);
    const wanted = differentiable(one);
    const all = compute(one.ours, inputs, wanted).gradients;
    for (const [k, i] of wanted.entries()) {
      const [own] = compute(one.ours, inputs, [i]).gradients as [Tensor];
      expect(own.toArray()).toEqual((all[k] as Tensor).toArray());
    }
  });
});

test.each(cases)("the number of threads does not matter: $name", (one) => {
  scope(() => {
    const inputs = inputsOf(one, 3);
    const run = (count: number): number[][] => {
      setThreads(count);
      const { outputs, gradients } = compute(one.ours, inputs, differentiable(one));
      return [...outputs, ...gradients].map((value) => value.toArray());
    };
    expect(run(3)).toEqual(run(1));
  });
});

/** Gradients of Σ (first gradients)², which need the second derivatives. */
function second(body: TrainingCase["ours"], inputs: readonly Tensor[], wanted: readonly number[]): Tensor[] {
  for (const [i, input] of inputs.entries()) input.requiresGrad = wanted.includes(i);
  const points = wanted.map((i) => inputs[i] as Tensor);
  // Squared outputs: convolutions alone have no second derivative in one input. Weighted: Σ BN(x)² is constant.
  const value = body(inputs)
    .map((output, i) => {
      const weights = to(tensor(numbers(output.size, 200 + i), output.shape), { dtype: output.dtype });
      return sum(mul(weights, mul(output, output)));
    })
    .reduce((a, b) => add(a, b));
  const first = grad(value, points, { createGraph: true });
  const norm = first.map((gradient) => sum(mul(gradient, gradient))).reduce((a, b) => add(a, b));
  return grad(norm, points);
}

test.each(cases)("second derivatives: $name", (one) => {
  scope(() => {
    const inputs = inputsOf(one, 4);
    const wanted = differentiable(one);
    const actual = second(one.ours, inputs, wanted);
    const expected = second(
      one.library,
      inputs.map((input) => to(input, { dtype: "float64" })),
      wanted,
    );
    for (const [k, value] of expected.entries()) {
      expect(relativeError(actual[k] as Tensor, value), `input ${wanted[k]}`).toBeLessThan(2e-5);
    }
  });
});

test("gradients are what differences of the values show", () => {
  scope(() => {
    const draw = (shape: number[], seed: number): Tensor =>
      clone(
        tensor(
          numbers(
            shape.reduce((a, b) => a * b, 1),
            seed,
          ),
          shape,
        ),
        { memoryFormat: "channels_last" },
      );
    const [x, depthwise, pointwise] = [draw([4, 6, 6, 6], 1), draw([6, 1, 3, 3], 2), draw([5, 6, 1, 1], 3)];
    const [skip, direction, weighting] = [draw([4, 5, 6, 6], 4), draw([6, 1, 3, 3], 5), draw([4, 5, 6, 6], 6)];
    const weights = tensor([0.3, 0.7]);
    const value = (kernel: Tensor): Tensor => {
      const [branch] = separableBranches(x, [{ depthwise: kernel, pointwise, dilation: 1 }]);
      const terms = [
        { ...(branch as { output: Tensor; moments: Tensor }), position: 0 },
        { output: skip, position: 1 },
      ];
      return sum(mul(mixture(terms, weights), weighting));
    };
    depthwise.requiresGrad = true;
    const [gradient] = grad(value(depthwise), [depthwise]) as [Tensor];
    const slope = sum(mul(gradient, direction)).item();
    const step = 1e-2;
    const [ahead, behind] = noGrad(() =>
      [step, -step].map((h) => value(add(depthwise, mulScalar(direction, h))).item()),
    ) as [number, number];
    // Rounding 1e-7·Σ|terms|/step and the third derivative times step² both stay below 1 %.
    expect(Math.abs((ahead - behind) / (2 * step) - slope)).toBeLessThan(0.01 * Math.abs(slope));
    expect(Math.abs(slope)).toBeGreaterThan(0.1);
  });
});

test("moments are those of the outputs, and running statistics move as the library's do", () => {
  scope(() => {
    const x = clone(tensor(numbers(3 * 19 * 7 * 5, 1), [3, 19, 7, 5]), { memoryFormat: "channels_last" });
    const branch = poolBranch(x, "average", 2);
    expect(relativeError(branch.moments, momentsOf(branch.output))).toBeLessThan(1e-6);
    const [mean, variance, wantedMean, wantedVariance] = [zeros([19]), ones([19]), zeros([19]), ones([19])];
    for (let i = 0; i < 2; i++) {
      trackMoments_([{ mean, variance, branch }], 0.1);
      batchNorm(branch.output, null, null, wantedMean, wantedVariance, true, 0.1, 1e-5, false);
    }
    expect(relativeError(mean, wantedMean)).toBeLessThan(1e-6);
    expect(relativeError(variance, wantedVariance)).toBeLessThan(1e-6);
  });
});

test("a large mean does not swallow the variance", () => {
  scope(() => {
    const values = numbers(4 * 16 * 8 * 8, 7).map((value) => 1000 + value);
    const x = clone(tensor(values, [4, 16, 8, 8]), { memoryFormat: "channels_last" });
    const { output, moments } = poolBranch(x, "max", 1);
    expect(relativeError(moments, momentsOf(output))).toBeLessThan(1e-6);
    const [variance, wanted] = [moments, momentsOf(output)].map((m) => m.toArray().slice(16)) as [number[], number[]];
    for (const [c, value] of variance.entries()) expect(value / (wanted[c] as number)).toBeCloseTo(1, 3);
  });
});

test("what the kernels cannot take is refused", () => {
  scope(() => {
    const x = ones([1, 4, 4, 4]);
    const branch = (pointwise: Tensor) => () => separableBranches(x, [{ pointwise, dilation: 1 }]);
    expect(thrown(branch(ones([2, 3, 1, 1]))).message).toContain("pointwise");
    expect(thrown(() => poolBranch(to(x, { dtype: "float64" }), "max", 1)).message).toContain("float32");
    expect(thrown(() => mixture([], ones([1]))).message).toContain("terms");
    expect(thrown(() => mixture([{ output: x, position: 3 }], ones([2]))).message).toContain("position 3");
  });
});
