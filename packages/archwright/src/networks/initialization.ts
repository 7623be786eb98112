/** Initial weights, drawn from a seeded generator. */
import {
  addScalar,
  buffer,
  contiguous,
  type Generator,
  mulScalar,
  ones,
  parameter,
  rand,
  scope,
  type Tensor,
  zeros,
} from "@archwright/torch";

/**
 * U(-1/√fan_in, 1/√fan_in), PyTorch's default for convolutions and linear layers (Kaiming uniform with a = √5,
 * space-darts §8). `shape`: [out, in/groups, height, width] or [out, in]; fan_in is the product of all but the first.
 */
export function uniformWeight(shape: readonly number[], generator: Generator): Tensor {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  return parameter(uniform(shape, 1 / Math.sqrt(fanIn), generator));
}

/** A linear layer's bias: U(-1/√fan_in, 1/√fan_in) of its weight. */
export const uniformBias = (size: number, fanIn: number, generator: Generator): Tensor =>
  uniformParameter([size], fanIn, generator);

/** U(-1/√n, 1/√n); for the weights of a GRU cell PyTorch takes its hidden width for n. */
export const uniformParameter = (shape: readonly number[], n: number, generator: Generator): Tensor =>
  parameter(uniform(shape, 1 / Math.sqrt(n), generator));

export const onesParameter = (size: number): Tensor => parameter(ones([size]));
export const zerosParameter = (size: number): Tensor => parameter(zeros([size]));
export const onesBuffer = (size: number): Tensor => buffer(ones([size]));
export const zerosBuffer = (size: number): Tensor => buffer(zeros([size]));

function uniform(shape: readonly number[], bound: number, generator: Generator): Tensor {
  return scope(() => {
    const centred = addScalar(mulScalar(rand(shape, generator), 2 * bound), -bound);
    // Images are channels-last in memory, and so are the kernels that meet them.
    return shape.length === 4 ? contiguous(centred, { memoryFormat: "channels_last" }) : centred;
  });
}
