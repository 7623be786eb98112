/** The layers between a stage of the network and its target: a head that is trained, and the barrier that is not. */
import {
  batchNorm,
  conv2d,
  detachFromScope,
  Generator,
  noGrad,
  ones,
  relu,
  scope,
  type Tensor,
  tensor,
  to,
  zeros,
} from "@archwright/torch";
import { Random } from "../../random.ts";
import type { Branch, Initialization } from "./configuration.ts";
import { drawnBias, drawnWeight } from "./initialization.ts";
import type { NumberCache } from "./number-cache.ts";

export interface HeadOptions {
  readonly branch: Branch;
  /** 0 for the deepest. */
  readonly index: number;
  /** Channels of the stage. */
  readonly inputs: number;
  readonly initialization: Initialization;
  readonly barrierInitialization: Initialization;
  readonly seed: number;
  readonly cache: NumberCache;
  readonly device: string;
}

/** A convolution with bias that keeps the size. */
interface BiasedConv {
  /** [outputs, inputs, kernel, kernel] */
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Batch norm by the minibatch's statistics, or by those that it has tracked. */
interface Norm {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Equal shapes have equal weights, whatever the network. */
export class Head implements Disposable {
  readonly #form: Branch["head"]["form"];
  readonly conv: BiasedConv;
  readonly norm: Norm;
  readonly barrier: BiasedConv | undefined;

  constructor(options: HeadOptions) {
    const { branch, inputs, initialization, barrierInitialization, device } = options;
    const { form, kernel, channels } = branch.head;
    this.#form = form;
    this.conv = drawnConv("head", [channels, inputs, kernel, kernel], initialization, options);
    this.norm = newNorm(form === "bn-conv" ? inputs : channels, device);
    if (branch.barrier === null) return;
    const { kernel: side, channels: outputs } = branch.barrier;
    this.barrier = drawnConv("barrier", [outputs, channels, side, side], barrierInitialization, options);
  }

  /** What is trained. */
  parameters(): Map<string, Tensor> {
    const { conv, norm } = this;
    return new Map([
      ["conv.weight", conv.weight],
      ["conv.bias", conv.bias],
      ["norm.weight", norm.weight],
      ["norm.bias", norm.bias],
    ]);
  }

  dispose(): void {
    const { conv, norm, barrier } = this;
    const convs = barrier === undefined ? [conv] : [conv, barrier];
    const own = [...convs.flatMap(({ weight, bias }) => [weight, bias]), ...Object.values(norm)] as Tensor[];
    for (const tensor of own) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** - `x`: [images, inputs, 8, 8]. `evaluation`: batch norm takes the statistics that it has tracked. */
  forward(x: Tensor, evaluation: boolean): Tensor {
    const { conv, norm, barrier } = this;
    const hidden =
      this.#form === "bn-conv"
        ? convolved(normalized(x, norm, evaluation), conv)
        : normalized(relu(convolved(x, conv)), norm, evaluation);
    return barrier === undefined ? hidden : convolved(hidden, barrier);
  }
}

/** Deepest first. - `channels`: of the stages that they read. */
export const newHeads = (
  branches: readonly Branch[],
  channels: readonly number[],
  options: Omit<HeadOptions, "branch" | "index" | "inputs">,
): Head[] =>
  channels.map((inputs, index) => new Head({ ...options, branch: branches[index] as Branch, index, inputs }));

function convolved(x: Tensor, { weight, bias }: BiasedConv): Tensor {
  return conv2d(x, weight, { bias, padding: ((weight.shape[2] as number) - 1) / 2 });
}

const MOMENTUM = 0.1;
const EPSILON = 1e-5;

const normalized = (x: Tensor, { weight, bias, mean, variance }: Norm, evaluation: boolean): Tensor =>
  batchNorm(x, weight, bias, mean, variance, !evaluation, MOMENTUM, EPSILON, true);

const newNorm = (channels: number, device: string): Norm => ({
  weight: trained(ones([channels], { device })),
  bias: trained(zeros([channels], { device })),
  mean: detachFromScope(zeros([channels], { device })),
  variance: detachFromScope(ones([channels], { device })),
});

function trained(tensor: Tensor): Tensor {
  tensor.requiresGrad = true;
  return detachFromScope(tensor);
}

function drawnConv(
  part: "head" | "barrier",
  shape: readonly number[],
  how: Initialization,
  { index, seed, cache, device }: HeadOptions,
): BiasedConv {
  const key = JSON.stringify([part, index, shape, how]);
  const outputs = shape[0] as number;
  const size = shape.reduce((product, side) => product * side, 1);
  const numbers = cache.get(`${seed} ${key}`, () =>
    noGrad(() =>
      scope(() => {
        const generator = new Generator(Random.stream(seed, `eproxy/${key}`).uint32());
        const all = new Float32Array(size + outputs);
        all.set(drawnWeight(how, shape, generator).toTypedArray() as Float32Array);
        all.set(drawnBias(how, outputs, size / outputs, generator).toTypedArray() as Float32Array, size);
        return all;
      }),
    ),
  );
  const own = part === "head" ? trained : detachFromScope;
  const on = (values: Float32Array, sizes: readonly number[]): Tensor => to(tensor(values, sizes), { device });
  return scope(() => ({
    weight: own(to(on(numbers.subarray(0, size), shape), { memoryFormat: "channels_last" })),
    bias: own(on(numbers.subarray(size), [outputs])),
  }));
}
