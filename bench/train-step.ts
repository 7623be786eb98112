/** One first-order DARTS step on our side: weights on a training batch, then α on a validation batch. */
import {
  Adam,
  clipGradients,
  contiguous,
  crossEntropyLoss,
  Generator,
  grad,
  gradOrNull,
  mulScalar,
  parameter,
  randn,
  SGD,
  scope,
  softmax,
  type Tensor,
  tensor,
} from "@archwright/torch";
import type { Mixture } from "../packages/archwright/src/networks/mixture.ts";
import { supernet } from "../packages/archwright/src/networks/network.ts";
import type { Space } from "../packages/archwright/src/spaces/space.ts";

const CLASSES = 10;

interface Batch {
  readonly images: Tensor;
  readonly labels: Tensor;
}

/** The same work as `AlternatingStep` in stock/train_step.py, with its settings; `step` returns the validation loss. */
export function alternatingStep(space: Space, batch: number): { step: () => number; dispose: () => void } {
  const network = supernet(space, { classes: CLASSES, seed: 0 });
  const weights = network.namedParameters();
  const generator = new Generator(1);
  const alphas = new Map(space.cells.map((cell) => [cell.name, initialAlpha(cell.operations, generator)]));
  const weightOptimizer = new SGD(weights, { learningRate: 0.025, momentum: 0.9, weightDecay: 3e-4 });
  const alphaOptimizer = new Adam(alphas, { learningRate: 3e-4, betas: [0.5, 0.999], weightDecay: 1e-3 });
  const train = randomBatch(batch, generator);
  const valid = randomBatch(batch, generator);

  const loss = ({ images, labels }: Batch): Tensor => {
    const mixture = Object.fromEntries([...alphas].map(([name, alpha]) => [name, mixtureOf(alpha)]));
    return crossEntropyLoss(network.forward(images, { mode: "train" }, mixture).logits, labels);
  };
  const step = (): number => {
    scope(() => {
      const gradients = gradOrNull(loss(train), [...weights.values()]);
      weightOptimizer.step(clipGradients(gradients, 5).gradients);
    });
    return scope(() => {
      const value = loss(valid);
      alphaOptimizer.step(grad(value, [...alphas.values()]));
      return value.item();
    });
  };
  const owned = [network, weightOptimizer, alphaOptimizer, ...alphas.values(), ...Object.values(train)];
  return { step, dispose: () => [...owned, ...Object.values(valid)].forEach((one) => void one.dispose()) };
}

function initialAlpha(operations: readonly (readonly string[])[], generator: Generator): Tensor {
  return parameter(scope(() => mulScalar(randn([operations.length, operations[0]?.length ?? 0], generator), 1e-3)));
}

function mixtureOf(alpha: Tensor): Mixture[string] {
  const weights = softmax(alpha, -1);
  const [, columns = 0] = weights.shape;
  const flat = weights.toArray();
  const values = Array.from({ length: flat.length / columns }, (_, e) => flat.slice(e * columns, (e + 1) * columns));
  return { values, tensor: weights };
}

/** CIFAR-shaped noise [size, 3, 32, 32] and labels [size]. */
function randomBatch(size: number, generator: Generator): Batch {
  return scope(() => ({
    images: contiguous(randn([size, 3, 32, 32], generator), { memoryFormat: "channels_last" }),
    labels: tensor(
      Array.from({ length: size }, (_, i) => i % CLASSES),
      [size],
      { dtype: "int64" },
    ),
  }));
}
