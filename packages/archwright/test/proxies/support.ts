/** Small networks of the tests of proxies, and what must not change while they are scored. */
import { flatten, Generator, Module, mul, scope, sum, type Tensor, tanh, tensor } from "@archwright/torch";
import type { ForwardContext } from "../../src/networks/context.ts";
import { BatchNorm, Conv, Linear, ReLU } from "../../src/networks/layers.ts";
import type { Outputs } from "../../src/networks/network.ts";
import type { Subject } from "../../src/proxies/observation/observation.ts";
import { synapticFlow } from "../../src/proxies/observation/synaptic-flow.ts";
import { withData } from "../../src/proxies/observation/weights.ts";
import type { ProxyBatch, ScoredNetwork } from "../../src/proxies/proxy.ts";

/** logits = xWᵀ + b of flattened images. */
export class LinearNetwork extends Module implements ScoredNetwork {
  readonly classifier: Linear;

  constructor(inputs: number, classes: number) {
    super();
    this.classifier = new Linear(inputs, classes, new Generator(0));
  }

  forward(images: Tensor, context: ForwardContext): Outputs {
    return { logits: this.classifier.forward(flatten(images, { startDim: 1 }), context), auxiliary: undefined };
  }
}

/** Two linear layers with a ReLU between. */
export class TwoLayers extends Module implements ScoredNetwork {
  readonly first: Linear;
  readonly relu = new ReLU();
  readonly second: Linear;

  constructor(inputs: number, hidden: number, outputs: number) {
    super();
    const generator = new Generator(0);
    this.first = new Linear(inputs, hidden, generator);
    this.second = new Linear(hidden, outputs, generator);
  }

  forward(images: Tensor, context: ForwardContext): Outputs {
    const hidden = this.first.forward(flatten(images, { startDim: 1 }), context);
    return { logits: this.second.forward(this.relu.forward(hidden, context), context), auxiliary: undefined };
  }
}

/** Two convolutions with tanh after each, batch norm before one, and a classifier: smooth in its weights. */
export class SmoothNetwork extends Module implements ScoredNetwork {
  readonly first: Conv;
  readonly second: Conv;
  readonly norm = new BatchNorm(2, false);
  readonly classifier: Linear;

  constructor(seed: number) {
    super();
    const generator = new Generator(seed);
    this.first = new Conv({ inputs: 3, outputs: 2, kernel: 3 }, generator);
    this.second = new Conv({ inputs: 2, outputs: 2, kernel: 3 }, generator);
    this.classifier = new Linear(2 * 16, 3, generator);
  }

  forward(images: Tensor, context: ForwardContext): Outputs {
    const first = tanh(this.first.forward(images, context));
    const second = tanh(this.norm.forward(this.second.forward(first, context), context));
    return { logits: this.classifier.forward(flatten(second, { startDim: 1 }), context), auxiliary: undefined };
  }
}

/** Runs `body` with these values in place of the tensors' own, in float64. */
export const withValues = <T>(values: readonly (readonly [Tensor, readonly number[]])[], body: () => T): T =>
  scope(() =>
    withData(new Map(values.map(([target, own]) => [target, tensor(own, target.shape, { dtype: "float64" })])), body),
  );

export const batchOf = (rows: readonly (readonly number[])[], labels: readonly number[]): ProxyBatch => ({
  images: tensor(rows.flat(), [rows.length, rows[0]?.length ?? 0, 1, 1], { dtype: "float64" }),
  labels: tensor(labels, [labels.length], { dtype: "int64" }),
});

export const subjectOf = (network: ScoredNetwork, batch: ProxyBatch): Subject => ({
  network,
  batch,
  mixture: undefined,
  random: new Generator(0),
});

/** Σ |w · ∂R/∂w| of each layer, R the synaptic flow. */
export const layerTotals = (network: ScoredNetwork, batch: ProxyBatch): number[] =>
  synapticFlow.observe(subjectOf(network, batch), new Set(["gradients"]), ({ weights, gradients }) =>
    weights.map((weight, i) => sum(mul(weight, gradients[i] as Tensor)).item()),
  );

/** All bits of a network's state and its gradient switches. */
export const fingerprint = (network: ScoredNetwork): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(network.state()).map(([name, value]) => [
      name,
      {
        requiresGrad: value.requiresGrad,
        dtype: value.dtype,
        values: Buffer.from(value.toTypedArray().buffer).toString("base64"),
      },
    ]),
  );
