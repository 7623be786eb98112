/** Everything that flows into one node, summed with as few passes over memory as there are kinds of terms. */
import {
  add,
  add_,
  avgPool2d,
  contiguous,
  conv2d,
  conv3x3Sum_,
  empty,
  mix,
  mulScalar,
  pad,
  reshape,
  type SeparableTerm,
  separableSum_,
  type Tensor,
  zero_,
} from "@archwright/torch";
import { requireEvenSize } from "../layers.ts";
import type { DenseHalf, SeparableHalf } from "./lowering.ts";

/** Σ weightᵢ·fᵢ(xᵢ) over the operations that end in a node. Mixing weights are folded into the kernels. */
export class NodeSum {
  readonly #scaled = new Map<Tensor, { identity: number; average: number }>();
  readonly #separable: SeparableTerm[] = [];
  readonly #dense = new Map<Tensor, { half: DenseHalf; weight: Tensor }[]>();
  readonly #biases: Tensor[] = [];

  /** Adds `weight · x`. */
  addScaled(x: Tensor, weight: number): void {
    this.#weights(x).identity += weight;
  }

  /** Adds `weight` times the 3×3 average pool of `x` with stride 1. */
  addAverage(x: Tensor, weight: number): void {
    this.#weights(x).average += weight;
  }

  /** Adds `weight · pointwise(depthwise(active))`; `active` has passed its ReLU. */
  addSeparable(half: SeparableHalf, active: Tensor, weight: number): void {
    const { depthwise, stride, dilation } = half;
    this.#separable.push({ input: active, depthwise, pointwise: scaled(half.pointwise, weight), stride, dilation });
    if (half.bias !== undefined) this.#biases.push(scaled(half.bias, weight));
  }

  /** Adds `weight · conv(active)`. Convolutions of the same tensor with the same stride are merged into one kernel. */
  addDense(half: DenseHalf, active: Tensor, weight: number): void {
    // Only a factorized reduction has an even kernel.
    if (kernelOf(half) === 2) requireEvenSize(active);
    const own = scaled(half.weight, weight);
    if (half.bias !== undefined) this.#biases.push(scaled(half.bias, weight));
    const group = this.#dense.get(active) ?? [];
    const mergeable = group.find((entry) => compatible(entry.half, half));
    if (mergeable === undefined) group.push({ half, weight: own });
    else Object.assign(mergeable, merge(mergeable, { half, weight: own }));
    this.#dense.set(active, group);
  }

  #weights(x: Tensor): { identity: number; average: number } {
    const known = this.#scaled.get(x) ?? { identity: 0, average: 0 };
    this.#scaled.set(x, known);
    return known;
  }

  /** The sum, channels-last, as a new tensor; undefined if nothing was added. */
  evaluate(): Tensor | undefined {
    const sum = this.#addSeparables(this.#addDense(this.#sumScaled()));
    if (sum !== undefined) for (const bias of this.#biases) add_(sum, reshape(bias, [1, -1, 1, 1]));
    return sum;
  }

  #sumScaled(): Tensor | undefined {
    const terms = [...this.#scaled];
    const [first] = terms;
    if (first === undefined) return undefined;
    const [x] = first;
    if (x.device === "cpu") {
      const [inputs, identity, average] = [
        terms.map(([t]) => t),
        terms.map(([, w]) => w.identity),
        terms.map(([, w]) => w.average),
      ];
      return mix(inputs, identity, average);
    }
    return terms.reduce<Tensor | undefined>((sum, [input, { identity, average }]) => {
      const own = identity === 0 ? sum : plus(sum, input, identity);
      const options = { stride: 1, padding: 1, countIncludePad: false };
      return average === 0 ? own : plus(own, avgPool2d(input, 3, options), average);
    }, undefined);
  }

  /** Convolutions that our kernel takes go into one call; the others are the library's. */
  #addDense(sum: Tensor | undefined): Tensor | undefined {
    const inputs: Tensor[] = [];
    const weights: Tensor[] = [];
    let total = sum;
    for (const [input, group] of this.#dense) {
      for (const { half, weight } of group) {
        if (fused(half, input)) {
          inputs.push(input);
          weights.push(weight);
        } else {
          total = addConvolution(total, input, half, weight);
        }
      }
    }
    const [first] = inputs;
    if (first === undefined) return total;
    return conv3x3Sum_(total ?? zerosFor(first, (weights[0] as Tensor).shape[0] as number, 1), inputs, weights);
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
    const channels = first.pointwise.shape[0] as number;
    return separableSum_(sum ?? zerosFor(first.input, channels, first.stride), this.#separable);
  }
}

/** sum + weight·x, in place where there is a sum. */
const plus = (sum: Tensor | undefined, x: Tensor, weight: number): Tensor =>
  sum === undefined ? mulScalar(x, weight) : add_(sum, x, { alpha: weight });

const scaled = (x: Tensor, weight: number): Tensor => (weight === 1 ? x : mulScalar(x, weight));

/** Depthwise, then pointwise, by the library: for devices that our kernel does not run on. */
function separableConv({ input, depthwise, pointwise, stride, dilation }: SeparableTerm): Tensor {
  const [groups = 1, , kernel = 1] = depthwise.shape;
  const padding = (dilation * (kernel - 1)) / 2;
  return conv2d(conv2d(input, depthwise, { stride, padding, dilation, groups }), pointwise);
}

/** Whether our 3×3 kernel takes a convolution. */
function fused({ stride, padding, dilation, weight }: DenseHalf, input: Tensor): boolean {
  const [outputs = 0, inputs = 0, kernel] = weight.shape;
  const plain = kernel === 3 && stride === 1 && padding === 1 && dilation === 1;
  return plain && outputs % 16 === 0 && inputs % 16 === 0 && input.device === "cpu";
}

/** Zeros to sum into: [batch, channels, ⌈height/stride⌉, ⌈width/stride⌉], channels-last. */
function zerosFor(input: Tensor, channels: number, stride: number): Tensor {
  const [batch = 0, , height = 0, width = 0] = input.shape;
  const shape = [batch, channels, Math.ceil(height / stride), Math.ceil(width / stride)];
  return zero_(empty(shape, { memoryFormat: "channels_last" }));
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
