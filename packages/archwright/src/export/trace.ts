/** Writes a network down as an export graph, by walking its layers. */
import type { Module, Tensor } from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import { Cell } from "../networks/cell.ts";
import { FactoredConv, type LineConv } from "../networks/factored-conv.ts";
import type { FinalNetwork } from "../networks/final-network.ts";
import { LimitedReLU, TunedBatchNorm } from "../networks/graph/layers.ts";
import { GraphNetwork } from "../networks/graph/network.ts";
import {
  BatchNorm,
  Conv,
  FactorizedReduce,
  Identity,
  type Linear,
  Noise,
  Pool,
  ReLU,
  Sequence,
  Zero,
} from "../networks/layers.ts";
import type { Network, Residual } from "../networks/network.ts";
import { ConvStem, ImageNetStem } from "../networks/stem.ts";
import type { GraphLayer } from "../spaces/graph/graph.ts";
import type { Block, ResidualBlock } from "../spaces/space.ts";
import { type ExportGraph, type ExportNode, type ExportOperation, IMAGES, type Weight } from "./graph.ts";

/** The graph of `network` in evaluation mode. Throws `ArchwrightError("usage")` for one that draws random numbers. */
export function traceNetwork(network: FinalNetwork): ExportGraph {
  const tracer = new Tracer();
  if (network instanceof GraphNetwork) traceGraph(tracer, network);
  else traceCells(tracer, network);
  return { nodes: tracer.nodes };
}

/** The name of a value, and how many channels it has. */
interface Value {
  readonly name: string;
  readonly channels: number;
  /** Zero everywhere: sums leave it out. */
  readonly zero?: boolean;
}

class Tracer {
  readonly nodes: ExportNode[] = [];
  readonly images: Value = { name: IMAGES, channels: 3 };
  /** What the nodes to come belong to. */
  place = "";
  readonly #relus = new Map<string, Value>();

  emit(operation: ExportOperation, inputs: readonly Value[], channels: number, zero = false): Value {
    const name = `${this.place}/${operation.kind}_${this.nodes.length}`;
    this.nodes.push({ name, operation, inputs: inputs.map((input) => input.name) });
    return { name, channels, ...(zero ? { zero } : {}) };
  }

  conv({ weight, stride, padding, dilation, groups }: Conv, x: Value): Value {
    const own = weightOf(weight);
    const operation = { weight: own, stride: pair(stride), padding: pair(padding), dilation, groups };
    return this.emit({ kind: "conv", ...operation }, [x], own.shape[0] as number);
  }

  line({ weight, stride, padding }: LineConv, x: Value): Value {
    const own = weightOf(weight);
    const [sh, sw] = stride;
    const [ph, pw] = padding;
    const operation = { weight: own, stride: [sh, sw], padding: [ph, pw], dilation: 1, groups: 1 } as const;
    return this.emit({ kind: "conv", ...operation }, [x], own.shape[0] as number);
  }

  /** Channels `from` to `from + x.channels − 1` of the norm. */
  norm(norm: BatchNorm, x: Value, from = 0): Value {
    const { scale, shift } = affineOf(norm);
    const part = <T extends Float64Array>(values: T): Float64Array => values.slice(from, from + x.channels);
    return this.emit({ kind: "affine", scale: part(scale), shift: part(shift) }, [x], x.channels);
  }

  /** Once for all operations of a block that begin with it. */
  relu(x: Value, limit?: number): Value {
    const key = `${this.place} ${x.name} ${limit}`;
    const made =
      this.#relus.get(key) ?? this.emit({ kind: "relu", ...(limit === undefined ? {} : { limit }) }, [x], x.channels);
    this.#relus.set(key, made);
    return made;
  }

  pool({ mode, kernel, stride, padding }: Pool, x: Value): Value {
    return this.emit({ kind: "pool", mode, kernel, stride, padding }, [x], x.channels);
  }

  /** Zeros at every `stride`-th place: a 1×1 convolution by nothing. */
  zeros(x: Value, channels: number, stride: number): Value {
    const weight = { values: new Float32Array(channels * x.channels), shape: [channels, x.channels, 1, 1] };
    const operation = { weight, stride: pair(stride), padding: pair(0), dilation: 1, groups: 1 };
    return this.emit({ kind: "conv", ...operation }, [x], channels, true);
  }

  sum(terms: readonly Value[]): Value {
    const [first, ...rest] = terms.filter(({ zero }) => zero !== true);
    if (first === undefined) return terms[0] as Value;
    return rest.reduce((total, term) => this.emit({ kind: "add" }, [total, term], total.channels), first);
  }

  concat(parts: readonly Value[]): Value {
    const channels = parts.reduce((total, part) => total + part.channels, 0);
    return parts.length === 1 ? (parts[0] as Value) : this.emit({ kind: "concat" }, parts, channels);
  }

  classify(x: Value, { weight, bias }: Linear): Value {
    const average = this.emit({ kind: "global-average" }, [x], x.channels);
    const own = weightOf(weight);
    const operation = { kind: "linear", weight: own, bias: weightOf(bias).values } as const;
    return this.emit(operation, [average], own.shape[0] as number);
  }

  layer(layer: Module, x: Value): Value {
    if (layer instanceof Sequence) return layer.layers.reduce((value, part) => this.layer(part, value), x);
    if (layer instanceof LimitedReLU) return this.relu(x, layer.limit);
    if (layer instanceof ReLU) return this.relu(x);
    if (layer instanceof Conv) return this.conv(layer, x);
    if (layer instanceof BatchNorm) return this.norm(layer, x);
    if (layer instanceof Pool) return this.pool(layer, x);
    if (layer instanceof Identity) return x;
    if (layer instanceof Zero) return this.zeros(x, x.channels, layer.stride);
    if (layer instanceof FactorizedReduce) return this.#factorizedReduce(layer, x);
    if (layer instanceof FactoredConv) return this.line(layer.column, this.line(layer.row, x));
    if (layer instanceof Noise) {
      throw new ArchwrightError(
        "usage",
        "the architecture holds the operation noise, whose outputs are drawn anew every time; it cannot be exported",
      );
    }
    throw new RangeError(`no export of ${layer.constructor.name}`);
  }

  #factorizedReduce({ even, odd, norm }: FactorizedReduce, x: Value): Value {
    const active = this.relu(x);
    const first = this.conv(even, active);
    const second = this.conv(odd, this.emit({ kind: "crop" }, [active], active.channels));
    return this.concat([this.norm(norm, first), this.norm(norm, second, first.channels)]);
  }
}

function traceCells(tracer: Tracer, network: Network): void {
  const { stem, blocks, skeleton, head, classifier } = network;
  tracer.place = "stem";
  const [early, late] = traceStem(tracer, stem);
  const outputs: Value[] = [];
  const read = (from: number): Value => (from === -1 ? late : from === -2 ? early : (outputs[from] as Value));
  for (const [k, block] of blocks.entries()) {
    tracer.place = `block_${k}`;
    const description = skeleton.blocks[k] as Block;
    if (block instanceof Cell && description.kind === "cell") {
      outputs.push(
        traceCell(
          tracer,
          block,
          description.inputs.map(({ from }) => read(from)),
        ),
      );
    } else {
      const { body, shortcut } = block as Residual;
      const x = read((description as ResidualBlock).from);
      outputs.push(tracer.sum([tracer.layer(shortcut, x), tracer.layer(body, x)]));
    }
  }
  tracer.place = "head";
  const last = read(blocks.length - 1);
  tracer.classify(head === undefined ? last : tracer.layer(head, last), classifier);
}

function traceStem(tracer: Tracer, stem: Network["stem"]): readonly [Value, Value] {
  if (stem instanceof ImageNetStem) {
    const early = tracer.layer(stem.first, tracer.images);
    return [early, tracer.layer(stem.second, early)];
  }
  if (!(stem instanceof ConvStem)) throw new RangeError(`no export of ${stem.constructor.name}`);
  const output = tracer.layer(stem.layers, tracer.images);
  return [output, output];
}

function traceCell(tracer: Tracer, cell: Cell, inputs: readonly Value[]): Value {
  const nodes = inputs.map((x, i) => tracer.layer(cell.preprocess[i] as Module, x));
  for (let node = cell.template.inputs; node < cell.template.nodes; node++) {
    const entering = cell.candidates.filter(
      ({ target, transform }) => target === node && !(transform.layers[0] instanceof Zero),
    );
    const terms = entering.map(({ source, transform }) => tracer.layer(transform, nodes[source] as Value));
    const [first] = nodes as [Value];
    nodes.push(terms.length === 0 ? tracer.zeros(first, first.channels, cell.stride) : tracer.sum(terms));
  }
  return tracer.concat(cell.outputs.map((node) => nodes[node] as Value));
}

function traceGraph(tracer: Tracer, network: GraphNetwork): void {
  const values: Value[] = [];
  for (const [n, { layer, inputs }] of network.graph.nodes.entries()) {
    const block = network.graph.blocks.findIndex((end) => end >= n);
    tracer.place = block < 0 ? "head" : block === 0 ? "stem" : `block_${block - 1}`;
    values.push(
      traceGraphLayer(
        tracer,
        network,
        n,
        layer,
        inputs.map((input) => values[input] as Value),
      ),
    );
  }
}

function traceGraphLayer(
  tracer: Tracer,
  network: GraphNetwork,
  n: number,
  layer: GraphLayer,
  inputs: readonly Value[],
): Value {
  const x = inputs[0] as Value;
  switch (layer.kind) {
    case "images":
      return tracer.images;
    case "sum":
      return tracer.sum(inputs);
    case "concat":
      return tracer.concat(inputs);
    case "first-channels":
      return tracer.emit({ kind: "first-channels", channels: layer.channels }, [x], layer.channels);
    case "zero":
      return tracer.zeros(x, layer.channels, layer.stride);
    case "shift":
      return tracer.emit({ kind: "extend" }, [tracer.emit({ kind: "crop" }, [x], x.channels)], x.channels);
    case "classifier":
      return tracer.classify(x, network.classifier);
    default:
      return tracer.layer(network.layers.get(String(n)) as Module, x);
  }
}

const pair = (value: number): readonly [number, number] => [value, value];

/** Row-major values of a tensor of any memory format. */
const weightOf = (tensor: Tensor): Weight => ({
  values: Float32Array.from(tensor.toTypedArray() as Float32Array),
  shape: [...tensor.shape],
});

/** γ/√(σ² + ε) and β − μγ/√(σ² + ε), in doubles. */
function affineOf(norm: BatchNorm): { scale: Float64Array; shift: Float64Array } {
  const epsilon = norm instanceof TunedBatchNorm ? norm.ownEpsilon : BatchNorm.epsilon;
  const mean = norm.runningMean.toArray();
  const gamma = norm.weight?.toArray();
  const beta = norm.bias?.toArray();
  const scale = Float64Array.from(norm.runningVariance.toArray(), (v, k) => (gamma?.[k] ?? 1) / Math.sqrt(v + epsilon));
  const shift = scale.map((s, k) => (beta?.[k] ?? 0) - (mean[k] as number) * s);
  return { scale, shift };
}
