/** Everything that flows into one node, summed with as few passes over memory as there are kinds of terms. */
import {
  add,
  add_,
  contiguous,
  conv2d,
  mulScalar,
  pad,
  reshape,
  type SeparableTerm,
  separableSum_,
  type Tensor,
  zeros,
} from "@archwright/torch";
import type { DenseHalf, SeparableHalf } from "./lowering.ts";

/** Σ weightᵢ·fᵢ(xᵢ) over the operations that end in a node. Mixing weights are folded into the kernels. */
export class NodeSum {
  readonly #scaled = new Map<Tensor, number>();
  readonly #separable: SeparableTerm[] = [];
  readonly #dense = new Map<Tensor, { half: DenseHalf; weight: Tensor }[]>();
  readonly #biases: Tensor[] = [];

  /** Adds `weight · x`. */
  addScaled(x: Tensor, weight: number): void {
    this.#scaled.set(x, (this.#scaled.get(x) ?? 0) + weight);
  }

  /** Adds `weight · pointwise(depthwise(active))`; `active` has passed its ReLU. */
  addSeparable(half: SeparableHalf, active: Tensor, weight: number): void {
    const { depthwise, stride, dilation } = half;
    this.#separable.push({ input: active, depthwise, pointwise: scaled(half.pointwise, weight), stride, dilation });
    if (half.bias !== undefined) this.#biases.push(scaled(half.bias, weight));
  }

  /** Adds `weight · conv(active)`. Convolutions of the same tensor with the same stride are merged into one kernel. */
  addDense(half: DenseHalf, active: Tensor, weight: number): void {
    const own = scaled(half.weight, weight);
    if (half.bias !== undefined) this.#biases.push(scaled(half.bias, weight));
    const group = this.#dense.get(active) ?? [];
    const mergeable = group.find((entry) => compatible(entry.half, half));
    if (mergeable === undefined) group.push({ half, weight: own });
    else Object.assign(mergeable, merge(mergeable, { half, weight: own }));
    this.#dense.set(active, group);
  }

  /** The sum, channels-last, as a new tensor; undefined if nothing was added. */
  evaluate(): Tensor | undefined {
    let sum = this.#sumScaled();
    for (const [input, group] of this.#dense) {
      for (const { half, weight } of group) sum = addConvolution(sum, input, half, weight);
    }
    sum = this.#addSeparables(sum);
    for (const bias of this.#biases) sum = add(sum as Tensor, reshape(bias, [1, -1, 1, 1]));
    return sum;
  }

  #sumScaled(): Tensor | undefined {
    let sum: Tensor | undefined;
    for (const [x, weight] of this.#scaled) {
      if (sum === undefined) sum = mulScalar(x, weight);
      else add_(sum, x, { alpha: weight });
    }
    return sum;
  }

  #addSeparables(sum: Tensor | undefined): Tensor | undefined {
    const [first] = this.#separable;
    if (first === undefined) return sum;
    const device = first.input.device;
    if (device !== "cpu") {
      return this.#separable.reduce<Tensor | undefined>((total, term) => {
        const output = separableConv(term);
        return total === undefined ? output : add_(total, output);
      }, sum);
    }
    return separableSum_(sum ?? emptySum(first), this.#separable);
  }
}

const scaled = (x: Tensor, weight: number): Tensor => (weight === 1 ? x : mulScalar(x, weight));

/** Depthwise, then pointwise, by the library: for devices that our kernel does not run on. */
function separableConv({ input, depthwise, pointwise, stride, dilation }: SeparableTerm): Tensor {
  const [groups = 1, , kernel = 1] = depthwise.shape;
  const padding = (dilation * (kernel - 1)) / 2;
  return conv2d(conv2d(input, depthwise, { stride, padding, dilation, groups }), pointwise);
}

function emptySum({ input, pointwise, stride }: SeparableTerm): Tensor {
  const [batch = 0, , height = 0, width = 0] = input.shape;
  const shape = [batch, pointwise.shape[0] as number, Math.ceil(height / stride), Math.ceil(width / stride)];
  return contiguous(zeros(shape), { memoryFormat: "channels_last" });
}

/** Whether two convolutions see every output pixel centred on the same input pixel. */
function compatible(a: DenseHalf, b: DenseHalf): boolean {
  const centred = (half: DenseHalf): boolean => half.dilation === 1 && half.padding === (kernelOf(half) - 1) / 2;
  return a.stride === b.stride && centred(a) && centred(b);
}

const kernelOf = (half: DenseHalf): number => half.weight.shape[2] as number;

/** A 1×1 kernel is a 3×3 kernel with zeros around it, so their sum is one convolution. */
function merge(a: { half: DenseHalf; weight: Tensor }, b: { half: DenseHalf; weight: Tensor }): typeof a {
  const [large, small] = kernelOf(a.half) >= kernelOf(b.half) ? [a, b] : [b, a];
  const border = (kernelOf(large.half) - kernelOf(small.half)) / 2;
  const padded = border === 0 ? small.weight : pad(small.weight, [border, border, border, border]);
  return { half: large.half, weight: add(large.weight, padded) };
}

function addConvolution(sum: Tensor | undefined, input: Tensor, half: DenseHalf, weight: Tensor): Tensor {
  const { stride, padding, dilation } = half;
  const output = conv2d(input, contiguous(weight, { memoryFormat: "channels_last" }), { stride, padding, dilation });
  return sum === undefined ? output : add_(sum, output);
}
