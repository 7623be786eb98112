/** A network graph with weights. */
import { add, cat, Generator, Module, narrow, noGrad, requireDevice, scope, type Tensor } from "@archwright/torch";
import type { GraphLayer, GraphNode, NetworkGraph } from "../../spaces/graph/graph.ts";
import type { ForwardContext, Transform } from "../context.ts";
import { dropout } from "../dropping.ts";
import { BatchNorm, Conv, globalAverage, Linear, Pool, ReLU } from "../layers.ts";
import type { Outputs } from "../network.ts";
import { initializeConv, initializeLinear } from "./initialization.ts";
import { LimitedReLU, shifted, TunedBatchNorm, zerosLikeMap } from "./layers.ts";

export interface GraphNetworkOptions {
  /** Seed of the initial weights. */
  readonly seed: number;
  /** @default "cpu" */
  readonly device?: string;
}

/** Made by {@link graphNetwork}. */
export class GraphNetwork extends Module {
  readonly layersOnly = true as const;
  readonly graph: NetworkGraph;
  /** Convolutions, norms, ReLUs and pools, by the number of their node. */
  readonly layers = new Map<string, Module & Transform>();
  readonly classifier: Linear;
  /** The last node that reads each node. */
  readonly #lastReader: readonly number[];

  constructor(graph: NetworkGraph, generator: Generator) {
    super();
    this.graph = graph;
    const { nodes, initialization } = graph;
    for (const [n, { layer }] of nodes.entries()) {
      const built = buildLayer(layer, generator);
      if (built instanceof Conv) initializeConv(built, initialization.conv, generator);
      if (built !== undefined) this.layers.set(String(n), built);
    }
    const last = nodes.at(-1)?.layer;
    if (last?.kind !== "classifier") throw new RangeError("a network graph must end in its classifier");
    this.classifier = new Linear(last.inputs, last.outputs, generator, last);
    initializeLinear(this.classifier, initialization.linear, generator);
    this.#lastReader = lastReaders(nodes);
  }

  /** - `images`: [batch, 3, height, width], normalized; channels-last memory is fastest. */
  forward(images: Tensor, context: ForwardContext): Outputs {
    return scope(() => {
      const values: Tensor[] = [];
      for (const [n, node] of this.graph.nodes.entries()) {
        const inputs = node.inputs.map((input) => values[input] as Tensor);
        const value = node.layer.kind === "images" ? images : this.#run(n, node.layer, inputs, context);
        values.push(value);
        for (const block of this.graph.blocks) if (block === n) context.onBlock?.(value, this.graph.stages.has(n));
        // What no later node reads is freed now, so that a deep network needs the memory of a few layers only.
        for (const input of new Set(node.inputs)) {
          if (input > 0 && this.#lastReader[input] === n) values[input]?.dispose();
        }
      }
      return { logits: values.at(-1) as Tensor, auxiliary: undefined };
    });
  }

  #run(n: number, layer: GraphLayer, inputs: readonly Tensor[], context: ForwardContext): Tensor {
    const x = inputs[0] as Tensor;
    switch (layer.kind) {
      case "sum":
        return inputs.slice(1).reduce((total, term) => add(total, term), x);
      case "concat":
        return cat(inputs, { dim: 1 });
      case "first-channels":
        return narrow(x, 1, 0, layer.channels);
      case "zero":
        return zerosLikeMap(x, layer.channels, layer.stride);
      case "shift":
        return shifted(x);
      case "classifier":
        context.onFeatures?.(x);
        return this.classifier.forward(dropout(globalAverage(x), context), context);
      default:
        return (this.layers.get(String(n)) as Transform).forward(x, context);
    }
  }
}

/** The network of a graph, in float32. */
export function graphNetwork(graph: NetworkGraph, { seed, device = "cpu" }: GraphNetworkOptions): GraphNetwork {
  requireDevice(device);
  const network = noGrad(() => new GraphNetwork(graph, new Generator(seed)));
  if (device !== "cpu") network.to(device);
  return network;
}

/** Layers that are modules; the others have neither weights nor ReLUs. */
function buildLayer(layer: GraphLayer, generator: Generator): (Module & Transform) | undefined {
  switch (layer.kind) {
    case "conv":
      return new Conv(layer, generator);
    case "batch-norm": {
      const { channels, epsilon, momentum } = layer;
      const usual = epsilon === BatchNorm.epsilon && momentum === 0.1;
      return usual ? new BatchNorm(channels, true) : new TunedBatchNorm(channels, epsilon, momentum);
    }
    case "relu":
      return layer.limit === undefined ? new ReLU() : new LimitedReLU(layer.limit);
    case "pool":
      return new Pool(layer.mode, layer.kernel, layer.stride, layer.padding);
    default:
      return undefined;
  }
}

function lastReaders(nodes: readonly GraphNode[]): number[] {
  const readers: number[] = nodes.map((_, n) => n);
  for (const [n, { inputs }] of nodes.entries()) for (const input of inputs) readers[input] = n;
  return readers;
}
