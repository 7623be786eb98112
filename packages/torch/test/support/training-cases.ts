/** The kernels of training beside the library's operators in double precision, over many shapes. */
import {
  add,
  avgPool2d,
  batchNorm,
  clone,
  conv2d,
  denseBranches,
  grad,
  maxPool2d,
  mixture,
  mul,
  poolBranch,
  relu,
  reshape,
  scope,
  select,
  separableBranches,
  type Tensor,
  tensor,
  to,
} from "../../src/index.ts";
import { numbers } from "./numbers.ts";

/** A function of tensors by our kernel (float32), and by the library's operators. */
export interface TrainingCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly ours: (inputs: readonly Tensor[]) => Tensor[];
  readonly library: (inputs: readonly Tensor[]) => Tensor[];
}

export const normalized = (x: Tensor): Tensor => batchNorm(x, null, null, null, null, true, 0.1, 1e-5, false);

/** [2, channels]: means and biased variances. */
export function momentsOf(x: Tensor): Tensor {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const values = x.toArray();
  const plane = height * width;
  const own = Array.from({ length: channels }, (_, c) =>
    Array.from(
      { length: batch * plane },
      (_, i) => values[(Math.floor(i / plane) * channels + c) * plane + (i % plane)] as number,
    ),
  );
  const means = own.map((row) => row.reduce((a, b) => a + b, 0) / row.length);
  const variances = own.map((row, c) => row.reduce((a, b) => a + (b - (means[c] as number)) ** 2, 0) / row.length);
  return tensor([...means, ...variances], [2, channels]);
}

interface Separable {
  readonly kernel: 1 | 3 | 5 | 7;
  readonly dilation: 1 | 2;
  readonly outputs: number;
}

function separable(size: readonly number[], stride: 1 | 2, before: boolean, kinds: readonly Separable[]): TrainingCase {
  const channels = size[1] as number;
  const kernels = kinds.map(({ kernel }) => [channels, 1, kernel, kernel]);
  const pointwise = kinds.map(({ outputs }) => [outputs, channels, 1, 1]);
  const at = (inputs: readonly Tensor[], i: number): [Tensor, Tensor] => [
    inputs[1 + i] as Tensor,
    inputs[1 + kinds.length + i] as Tensor,
  ];
  return {
    name: `separableBranches ${size} stride ${stride} ${before ? "normalized " : ""}${JSON.stringify(kinds)}`,
    shapes: [size, ...kernels, ...pointwise],
    ours: (inputs) => {
      const x = inputs[0] as Tensor;
      const branches = kinds.map(({ kernel, dilation }, i) => {
        const [depthwise, pointwise] = at(inputs, i);
        return { depthwise: kernel === 1 ? undefined : depthwise, pointwise, dilation };
      });
      const moments = before ? momentsOf(x) : undefined;
      return separableBranches(x, branches, { stride, moments }).map(({ output }) => output);
    },
    library: (inputs) => {
      const x = inputs[0] as Tensor;
      const active = relu(before ? normalized(x) : x);
      return kinds.map(({ kernel, dilation }, i) => {
        const [depthwise, pointwise] = at(inputs, i);
        if (kernel === 1) return conv2d(active, pointwise, { stride });
        const padding = (dilation * (kernel - 1)) / 2;
        return conv2d(conv2d(active, depthwise, { stride, dilation, padding, groups: channels }), pointwise);
      });
    },
  };
}

function dense(size: readonly number[], outputs: number, count: number): TrainingCase {
  return {
    name: `denseBranches ${size} to ${count} × ${outputs}`,
    shapes: [size, ...Array.from({ length: count }, () => [outputs, size[1] as number, 3, 3])],
    ours: ([x, ...weights]) => denseBranches(x as Tensor, weights).map(({ output }) => output),
    library: ([x, ...weights]) => weights.map((weight) => conv2d(relu(x as Tensor), weight, { padding: 1 })),
  };
}

function pool(size: readonly number[], mode: "max" | "average", stride: 1 | 2): TrainingCase {
  return {
    name: `poolBranch ${size} ${mode} stride ${stride}`,
    shapes: [size],
    ours: ([x]) => [poolBranch(x as Tensor, mode, stride).output],
    library: ([x]) => [
      mode === "max"
        ? maxPool2d(x as Tensor, 3, { stride, padding: 1 })
        : avgPool2d(x as Tensor, 3, { stride, padding: 1, countIncludePad: false }),
    ],
  };
}

/** Terms with batch norm where `norms` says so; the weights stand in reverse order. */
function mixed(size: readonly number[], norms: readonly boolean[]): TrainingCase {
  const count = norms.length;
  return {
    name: `mixture ${size} ${norms}`,
    shapes: [...norms.map(() => size), [count, 1]],
    ours: (inputs) => {
      const terms = norms.map((norm, i) => {
        const output = inputs[i] as Tensor;
        return { output, moments: norm ? momentsOf(output) : undefined, position: count - 1 - i };
      });
      return [mixture(terms, inputs[count] as Tensor)];
    },
    library: (inputs) => {
      const weights = reshape(inputs[count] as Tensor, [-1]);
      const terms = norms.map((norm, i) => {
        const x = inputs[i] as Tensor;
        return mul(norm ? normalized(x) : x, select(weights, 0, count - 1 - i));
      });
      return [terms.reduce((a, b) => add(a, b))];
    },
  };
}

export const cases: readonly TrainingCase[] = [
  ...([1, 2] as const).flatMap((stride) =>
    ([1, 2] as const).flatMap((dilation) => [
      separable([3, 16, 9, 11], stride, false, [{ kernel: 3, dilation, outputs: 16 }]),
      separable([2, 5, 7, 10], stride, false, [
        { kernel: 5, dilation, outputs: 3 },
        { kernel: 3, dilation: 1, outputs: 19 },
      ]),
      separable([2, 19, 8, 8], stride, true, [
        { kernel: 7, dilation, outputs: 33 },
        { kernel: 1, dilation: 1, outputs: 16 },
      ]),
      separable([20, 3, 5, 6], stride, true, [{ kernel: 5, dilation, outputs: 7 }]),
    ]),
  ),
  separable([2, 64, 8, 8], 1, false, [{ kernel: 1, dilation: 1, outputs: 16 }]),
  dense([2, 16, 9, 7], 16, 1),
  dense([3, 16, 8, 8], 48, 3),
  dense([18, 32, 5, 6], 32, 2),
  ...(["max", "average"] as const).flatMap((mode) =>
    ([1, 2] as const).flatMap((stride) => [pool([2, 16, 8, 8], mode, stride), pool([3, 21, 7, 9], mode, stride)]),
  ),
  mixed([2, 16, 8, 8], [true]),
  mixed([3, 21, 5, 7], [false, true, true]),
  mixed([20, 5, 3, 3], [true, false]),
];

/** Random inputs of a case; images and kernels channels-last. */
export function inputsOf({ shapes }: TrainingCase, seed: number): Tensor[] {
  return shapes.map((shape, i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const x = tensor(numbers(size, seed + i), shape);
    return shape.length === 4 ? clone(x, { memoryFormat: "channels_last" }) : x;
  });
}

/** Outputs, and gradients of their sum weighted by random numbers with respect to the inputs in `wanted`. */
export function compute(
  body: TrainingCase["ours"],
  inputs: readonly Tensor[],
  wanted: readonly number[],
): { outputs: Tensor[]; gradients: Tensor[] } {
  for (const [i, input] of inputs.entries()) input.requiresGrad = wanted.includes(i);
  const outputs = body(inputs);
  const gradOutputs = outputs.map((output, i) =>
    to(tensor(numbers(output.size, 100 + i), output.shape), { dtype: output.dtype }),
  );
  const gradients = grad(
    outputs,
    wanted.map((i) => inputs[i] as Tensor),
    { gradOutputs },
  );
  return { outputs, gradients };
}

/** Largest difference, over the largest element of `expected`. */
export function relativeError(actual: Tensor, expected: Tensor): number {
  if (`${actual.shape}` !== `${expected.shape}`) return Infinity;
  const wanted = expected.toArray();
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = actual.toArray().reduce((most, value, i) => {
    const difference = Math.abs(value - (wanted[i] as number));
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
  return worst / scale;
}

/** The inputs that the result depends on: a kernel of 1 has no depthwise weights. */
export const differentiable = ({ shapes }: TrainingCase): number[] =>
  shapes.flatMap(([, inputs, kernel], i) => (i > 0 && inputs === 1 && kernel === 1 ? [] : [i]));

/** The largest {@link relativeError} of outputs and gradients against the library's in double precision, by case. */
export function worstErrors(): Record<string, number> {
  return Object.fromEntries(
    cases.map((one) => [
      one.name,
      scope(() => {
        const inputs = inputsOf(one, 1);
        const doubles = inputs.map((input) => to(input, { dtype: "float64" }));
        const wanted = differentiable(one);
        const actual = compute(one.ours, inputs, wanted);
        const expected = compute(one.library, doubles, wanted);
        const pairs = [...actual.outputs, ...actual.gradients].map((value, i) =>
          relativeError(value, [...expected.outputs, ...expected.gradients][i] as Tensor),
        );
        return Math.max(...pairs);
      }),
    ]),
  );
}
