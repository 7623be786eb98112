/** Other weights for a while: drawn anew, or without their signs. */
import {
  call,
  contiguous,
  detach,
  type Generator,
  type Module,
  mulScalar,
  noGrad,
  ones,
  operator,
  randn,
  scope,
  type Tensor,
  to,
  zeros,
} from "@archwright/torch";
import { BatchNorm, Linear } from "../../networks/layers.ts";
import { isScored, type ScoredLayer } from "./layers.ts";

const setData = operator("aten::set_data");

/** Runs `body` while each tensor holds the data of another, of the same shape; then every tensor has its own again. */
export function withData<T>(replacements: ReadonlyMap<Tensor, Tensor>, body: () => T): T {
  return scope(() => {
    const own = new Map(Array.from(replacements.keys(), (tensor) => [tensor, detach(tensor)]));
    try {
      setAll(replacements);
      return body();
    } finally {
      setAll(own);
    }
  });
}

function setAll(data: ReadonlyMap<Tensor, Tensor>): void {
  noGrad(() => {
    for (const [tensor, values] of data) call(setData, [tensor, values]);
  });
}

/** Runs `body` while gradients are recorded for `tensors`, whatever their switches say. */
export function withGradients<T>(tensors: readonly Tensor[], body: () => T): T {
  const off = tensors.filter((tensor) => !tensor.requiresGrad);
  for (const tensor of off) tensor.requiresGrad = true;
  try {
    return body();
  } finally {
    for (const tensor of off) tensor.requiresGrad = false;
  }
}

/** Standard deviation of a layer's weights. */
export type Deviation = (layer: ScoredLayer) => number;

export const unit: Deviation = () => 1;
/** Kaiming normal, fan-in: √(2/fan_in). */
export const kaimingFanIn: Deviation = ({ weight }) => Math.sqrt((2 * outputs(weight)) / weight.size);
/** Kaiming normal, fan-out: √(2/fan_out), with fan_out = outputs · kernel area. */
export const kaimingFanOut: Deviation = ({ weight }) => Math.sqrt((2 * (weight.shape[1] as number)) / weight.size);

const outputs = (weight: Tensor): number => weight.shape[0] as number;

/**
 * Runs `body` with a freshly drawn network: weights ~ N(0, deviation²) layer by layer, biases 0, batch norm with scale 1 and
 * shift 0. Running statistics stay.
 */
export function withRandomWeights<T>(network: Module, random: Generator, deviation: Deviation, body: () => T): T {
  return scope(() => {
    const replacements = new Map<Tensor, Tensor>();
    for (const module of network.modules()) {
      if (isScored(module)) replacements.set(module.weight, drawn(module, random, deviation(module)));
      if (module instanceof Linear) replacements.set(module.bias, filled(module.bias, 0));
      if (!(module instanceof BatchNorm)) continue;
      if (module.weight !== undefined) replacements.set(module.weight, filled(module.weight, 1));
      if (module.bias !== undefined) replacements.set(module.bias, filled(module.bias, 0));
    }
    return withData(replacements, body);
  });
}

/** Runs `body` with running means of 0 and running variances of 1, as in a new network. */
export function withNewStatistics<T>(network: Module, body: () => T): T {
  return scope(() => {
    const norms = batchNorms(network);
    return withData(
      new Map([
        ...norms.map(({ runningMean }) => [runningMean, filled(runningMean, 0)] as const),
        ...norms.map(({ runningVariance }) => [runningVariance, filled(runningVariance, 1)] as const),
      ]),
      body,
    );
  });
}

export const batchNorms = (network: Module): BatchNorm[] =>
  [...network.modules()].filter((module) => module instanceof BatchNorm);

function drawn({ weight }: ScoredLayer, random: Generator, deviation: number): Tensor {
  const { shape, dtype, device } = weight;
  const values = to(mulScalar(randn(shape, random), deviation), { dtype, device });
  return shape.length === 4 ? contiguous(values, { memoryFormat: "channels_last" }) : values;
}

function filled({ shape, dtype, device }: Tensor, value: 0 | 1): Tensor {
  return value === 0 ? zeros(shape, { dtype, device }) : ones(shape, { dtype, device });
}
