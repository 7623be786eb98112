/** ONNX with 8-bit integers: quantize-dequantize pairs around convolutions, which runtimes fuse into integer kernels. */
import type { TrainedModel } from "../../networks/trained-model.ts";
import { type ExportGraph, type ExportNode, IMAGES, type Weight } from "../graph.ts";
import { OnnxBuilder } from "./builder.ts";
import { convAttributes, finish, normalize, type OnnxOptions, writeNode } from "./write.ts";

/** Smallest and largest value of each node's output, and of the images, over the images of the calibration. */
export type Ranges = ReadonlyMap<string, readonly [low: number, high: number]>;

/**
 * Activations: uint8, one scale and zero point a tensor. Weights: int8, symmetric, one scale an output channel. Biases: int32 in
 * the product of both scales. The logits stay float. Jacob et al., CVPR 2018, §2.
 */
export function quantizedModel(
  model: TrainedModel,
  graph: ExportGraph,
  ranges: Ranges,
  options: OnnxOptions,
): Uint8Array {
  const writer = new QuantizedWriter(graph, ranges);
  if (options.preprocess === true) normalize(writer.builder, model);
  writer.quantize(IMAGES);
  for (const node of graph.nodes) writer.write(node);
  return finish(writer.builder, model, graph, options);
}

class QuantizedWriter {
  readonly builder = new OnnxBuilder();
  readonly #ranges: Ranges;
  readonly #readers: ReadonlyMap<string, readonly ExportNode[]>;
  /** What reads a value reads instead, and the scale it was quantized with. */
  readonly #quantized = new Map<string, { name: string; scale: number }>();

  constructor({ nodes }: ExportGraph, ranges: Ranges) {
    this.#ranges = ranges;
    const reads = nodes.flatMap((node) => node.inputs.map((input) => ({ input, node })));
    this.#readers = new Map(
      [...Map.groupBy(reads, ({ input }) => input)].map(([input, own]) => [input, own.map(({ node }) => node)]),
    );
  }

  write(node: ExportNode): void {
    const inputs = node.inputs.map((input) => this.#quantized.get(input)?.name ?? input);
    const { operation } = node;
    const scale = this.#quantized.get(node.inputs[0] as string)?.scale;
    if (operation.kind === "conv" && scale !== undefined) {
      const constants = this.#weights(node.name, operation.weight, operation.bias, scale);
      this.builder.node("Conv", node.name, [...inputs, ...constants], convAttributes(operation));
    } else if (operation.kind === "linear" && scale !== undefined) {
      const constants = this.#weights(node.name, operation.weight, operation.bias, scale);
      this.builder.node("Gemm", node.name, [...inputs, ...constants], { transB: 1 });
    } else writeNode(this.builder, { ...node, inputs });
    this.quantize(node.name);
  }

  /** The logits, and what only a ReLU reads, stay as they are: the ReLU becomes part of the integer kernel. */
  quantize(value: string): void {
    const readers = this.#readers.get(value) ?? [];
    if (readers.length === 0) return;
    if (value !== IMAGES && readers.every(({ operation }) => operation.kind === "relu") && readers.length === 1) return;
    const range = this.#ranges.get(value);
    if (range === undefined) throw new RangeError(`no range of ${value}`);
    const { scale, zero } = byteScale(range);
    const scaleName = this.builder.constant(`${value}/scale8`, Float32Array.of(scale), []);
    const zeroName = this.builder.constant(`${value}/zero8`, Uint8Array.of(zero), []);
    const bytes = this.builder.node("QuantizeLinear", `${value}/bytes`, [value, scaleName, zeroName]);
    const name = this.builder.node("DequantizeLinear", `${value}/floats`, [bytes, scaleName, zeroName]);
    this.#quantized.set(value, { name, scale });
  }

  /** Names of the dequantized weight and bias. */
  #weights(name: string, weight: Weight, bias: Float32Array | undefined, inputScale: number): string[] {
    const outputs = weight.shape[0] as number;
    const { values, scales } = channelwise(weight);
    const scaleName = this.builder.constant(`${name}/weight/scale`, scales);
    const bytes = this.builder.constant(`${name}/weight/bytes`, values, weight.shape);
    const names = [this.builder.node("DequantizeLinear", `${name}/weight`, [bytes, scaleName], { axis: 0 })];
    if (bias === undefined) return names;
    const biasScales = scales.map((scale) => scale * inputScale);
    const biasScale = this.builder.constant(`${name}/bias/scale`, biasScales);
    const integers = Int32Array.from(bias, (value, k) =>
      clamp(Math.round(value / (biasScales[k] as number)), 2 ** 31 - 1),
    );
    const whole = this.builder.constant(`${name}/bias/integers`, integers, [outputs]);
    return [...names, this.builder.node("DequantizeLinear", `${name}/bias`, [whole, biasScale], { axis: 0 })];
  }
}

/** Bytes 0..255 over [low, high], widened to hold 0, which must be exact: paddings are zeros. */
export function byteScale([low, high]: readonly [number, number]): { scale: number; zero: number } {
  const [least, most] = [Math.min(0, low), Math.max(0, high)];
  const scale = most === least ? 1 : Math.fround((most - least) / 255);
  return { scale, zero: Math.round(-least / scale) + 0 };
}

/** −127..127 over the largest magnitude of each output channel. */
export function channelwise({ values, shape }: Weight): { values: Int8Array; scales: Float32Array } {
  const outputs = shape[0] as number;
  const perOutput = values.length / outputs;
  const scales = Float32Array.from({ length: outputs }, (_, k) => {
    const largest = values
      .subarray(k * perOutput, (k + 1) * perOutput)
      .reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    return largest === 0 ? 1 : largest / 127;
  });
  const bytes = Int8Array.from(values, (w, i) =>
    clamp(Math.round(w / (scales[Math.floor(i / perOutput)] as number)), 127),
  );
  return { values: bytes, scales };
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
