/** Writes a network graph down layer by layer. */
import type { ConvInitialization, GraphLayer, GraphNode, LinearInitialization, NetworkGraph } from "./graph.ts";

/** The output of a node. */
export interface Value {
  readonly node: number;
  readonly channels: number;
}

export interface ConvSettings {
  /** @default 1 */
  readonly stride?: number;
  /** @default 1 */
  readonly groups?: number;
  /** Zero padding. @default (kernel-1)/2, which keeps the size at stride 1 */
  readonly padding?: number;
}

export interface NormSettings {
  /** @default 1e-5 */
  readonly epsilon?: number;
  /** Weight of the minibatch in the running statistics, PyTorch's convention. @default 0.1 */
  readonly momentum?: number;
}

export interface GraphSettings {
  /** @default "uniform" */
  readonly conv?: ConvInitialization;
  /** @default "uniform" */
  readonly linear?: LinearInitialization;
  /** Of every batch norm that does not say otherwise. */
  readonly norm?: NormSettings;
}

/**
 * @example
 * ```ts
 * const build = new GraphBuilder();
 * const features = build.relu(build.norm(build.conv(build.images, 16, 3)));
 * const graph = build.classifier(features, 10);
 * ```
 */
export class GraphBuilder {
  /** [batch, 3, height, width]. */
  readonly images: Value = { node: 0, channels: 3 };
  readonly #nodes: GraphNode[] = [{ layer: { kind: "images" }, inputs: [] }];
  readonly #blocks: number[] = [];
  readonly #stages = new Set<number>();
  readonly #settings: GraphSettings;

  constructor(settings: GraphSettings = {}) {
    this.#settings = settings;
  }

  /** Without bias. */
  conv(x: Value, outputs: number, kernel: number, settings: ConvSettings = {}): Value {
    const { stride = 1, groups = 1, padding = (kernel - 1) / 2 } = settings;
    return this.#add({ kind: "conv", inputs: x.channels, outputs, kernel, stride, padding, groups }, [x], outputs);
  }

  /** Batch norm with scale and shift. */
  norm(x: Value, settings: NormSettings = {}): Value {
    const { epsilon = 1e-5, momentum = 0.1 } = { ...this.#settings.norm, ...settings };
    return this.#add({ kind: "batch-norm", channels: x.channels, epsilon, momentum }, [x], x.channels);
  }

  relu(x: Value, limit?: number): Value {
    return this.#add({ kind: "relu", ...(limit === undefined ? {} : { limit }) }, [x], x.channels);
  }

  /** Padded cells do not count in an average. */
  pool(x: Value, mode: "max" | "average", kernel: number, stride: number, padding = (kernel - 1) / 2): Value {
    return this.#add({ kind: "pool", mode, kernel, stride, padding }, [x], x.channels);
  }

  zero(x: Value, channels: number, stride: number): Value {
    return this.#add({ kind: "zero", channels, stride }, [x], channels);
  }

  /** The first `channels` channels: `x` itself where it has no more. */
  firstChannels(x: Value, channels: number): Value {
    return channels === x.channels ? x : this.#add({ kind: "first-channels", channels }, [x], channels);
  }

  shift(x: Value): Value {
    return this.#add({ kind: "shift" }, [x], x.channels);
  }

  /** Of values of one shape. */
  sum(values: readonly Value[]): Value {
    const [first] = values;
    if (first === undefined) throw new RangeError("a sum of nothing");
    return values.length === 1 ? first : this.#add({ kind: "sum" }, values, first.channels);
  }

  concat(values: readonly Value[]): Value {
    const [first] = values;
    if (first === undefined) throw new RangeError("a concatenation of nothing");
    const channels = values.reduce((total, value) => total + value.channels, 0);
    return values.length === 1 ? first : this.#add({ kind: "concat" }, values, channels);
  }

  /** Convolution, batch norm, ReLU. */
  convNormRelu(x: Value, outputs: number, kernel: number, settings: ConvSettings & { limit?: number } = {}): Value {
    return this.relu(this.norm(this.conv(x, outputs, kernel, settings)), settings.limit);
  }

  /** ReLU, convolution, batch norm. */
  reluConvNorm(x: Value, outputs: number, kernel: number, settings: ConvSettings = {}): Value {
    return this.norm(this.conv(this.relu(x), outputs, kernel, settings));
  }

  /** Notes that `x` is what the stem or a block has made; proxies look at blocks. */
  block(x: Value): Value {
    this.#blocks.push(x.node);
    return x;
  }

  /**
   * Notes that a stage ends with the last block. Some proxies look at the ends of stages, of which the last block is one
   * without being noted.
   */
  endStage(): void {
    const last = this.#blocks.at(-1);
    if (last === undefined) throw new RangeError("a stage ends with a block, and there is none yet");
    this.#stages.add(last);
  }

  /** Global average pool and linear layer: the end of the network. */
  classifier(x: Value, classes: number, { bias = true }: { readonly bias?: boolean } = {}): NetworkGraph {
    this.#add({ kind: "classifier", inputs: x.channels, outputs: classes, bias }, [x], classes);
    const { conv = "uniform", linear = "uniform" } = this.#settings;
    if (this.#blocks.length > 0) this.endStage();
    return { nodes: this.#nodes, blocks: this.#blocks, stages: this.#stages, initialization: { conv, linear } };
  }

  #add(layer: GraphLayer, inputs: readonly Value[], channels: number): Value {
    this.#nodes.push({ layer, inputs: inputs.map(({ node }) => node) });
    return { node: this.#nodes.length - 1, channels };
  }
}
