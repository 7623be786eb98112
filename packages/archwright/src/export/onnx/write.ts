/** A trained model as an ONNX file. */
import type { TrainedModel } from "../../networks/trained-model.ts";
import { foldNorms } from "../fold.ts";
import { type ExportGraph, type ExportNode, IMAGES } from "../graph.ts";
import { traceNetwork } from "../trace.ts";
import { batchedValue, OnnxBuilder } from "./builder.ts";
import { dataTypes, encodeModel, type OnnxValue } from "./schema.ts";

/** Opset 21 is the newest that the runtimes of phones and browsers in use today have; IR 10 belongs to it. */
const OPSET = 21;
const IR_VERSION = 10;

export const LOGITS = "logits";
export const PROBABILITIES = "probabilities";
/** Input of files that take images as bytes. */
export const PIXELS = "pixels";

export interface OnnxOptions {
  /**
   * Take pixels as they are: `pixels`, uint8 [batch, height, width, 3], RGB; and give probabilities too. Otherwise the input
   * is `images`, float32 [batch, 3, height, width], normalized. @default false
   */
  readonly preprocess?: boolean;
  /** Version of this package, for the file's producer. */
  readonly version: string;
}

/** The file's bytes. */
export function onnxModel(model: TrainedModel, options: OnnxOptions): Uint8Array {
  return writeGraph(model, foldNorms(traceNetwork(model.network)), options);
}

/** - `more`: values that the file also gives out, by name. */
export function writeGraph(
  model: TrainedModel,
  graph: ExportGraph,
  { preprocess = false, version }: OnnxOptions,
  more: readonly string[] = [],
): Uint8Array {
  const builder = new OnnxBuilder();
  if (preprocess) normalize(builder, model);
  for (const node of graph.nodes) writeNode(builder, node);
  return finish(builder, model, graph, { preprocess, version }, more);
}

/** The graph's end, inputs, outputs and metadata. */
export function finish(
  builder: OnnxBuilder,
  model: TrainedModel,
  graph: ExportGraph,
  { preprocess = false, version }: OnnxOptions,
  more: readonly string[] = [],
): Uint8Array {
  const { imageSize: size } = model;
  const classes = model.classes.length;
  const last = (graph.nodes.at(-1) as ExportNode).name;
  builder.node("Identity", LOGITS, [last]);
  if (preprocess) builder.node("Softmax", PROBABILITIES, [LOGITS], { axis: 1 });
  const logits = batchedValue(LOGITS, dataTypes.float32, [classes]);
  const probabilities = preprocess ? [batchedValue(PROBABILITIES, dataTypes.float32, [classes])] : [];
  const further = more.map((name): OnnxValue => ({ name, type: { tensorType: { elemType: dataTypes.float32 } } }));
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: "archwright",
    producerVersion: version,
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: metadata(model, preprocess),
    graph: {
      name: model.space.name,
      node: builder.nodes,
      initializer: builder.constants,
      input: [
        preprocess
          ? batchedValue(PIXELS, dataTypes.uint8, [size, size, 3])
          : batchedValue(IMAGES, dataTypes.float32, [3, size, size]),
      ],
      output: [logits, ...probabilities, ...further],
    },
  });
}

function metadata(model: TrainedModel, preprocess: boolean) {
  const { space, architecture, size, classes, imageSize, mean, std } = model;
  const facts: Record<string, string> = {
    space: space.name,
    architecture: space.format(architecture),
    classes: JSON.stringify(classes),
    imageSize: String(imageSize),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    preprocessing: preprocess ? "inside" : "outside",
    ...(size === undefined ? {} : { size: JSON.stringify(size) }),
  };
  return Object.entries(facts).map(([key, value]) => ({ key, value }));
}

/** (pixel/255 − mean)/std as one product and one sum for each channel. */
export function normalize(builder: OnnxBuilder, { mean, std }: TrainedModel): void {
  const scale = Float32Array.from(std, (s) => 1 / (255 * s));
  const shift = Float32Array.from(mean, (m, c) => -m / (std[c] as number));
  const rows = builder.node("Transpose", "preprocess/rows", [PIXELS], { perm: [0, 3, 1, 2] });
  const floats = builder.node("Cast", "preprocess/float", [rows], { to: dataTypes.float32 });
  const scaled = builder.node("Mul", "preprocess/scaled", [
    floats,
    builder.constant("preprocess/scale", scale, [1, 3, 1, 1]),
  ]);
  builder.node(
    "Add",
    "preprocess/shifted",
    [scaled, builder.constant("preprocess/shift", shift, [1, 3, 1, 1])],
    {},
    IMAGES,
  );
}

/** Largest int64: to the end, in slices. */
const END = 9223372036854775807n;

export function writeNode(builder: OnnxBuilder, { name, operation, inputs }: ExportNode): void {
  switch (operation.kind) {
    case "conv": {
      const { weight, bias } = operation;
      const constants = [
        builder.constant(`${name}/weight`, weight.values, weight.shape),
        ...(bias === undefined ? [] : [builder.constant(`${name}/bias`, bias)]),
      ];
      builder.node("Conv", name, [...inputs, ...constants], convAttributes(operation));
      return;
    }
    case "affine": {
      const shape = [1, operation.scale.length, 1, 1];
      const scale = builder.constant(`${name}/scale`, Float32Array.from(operation.scale), shape);
      const shift = builder.constant(`${name}/shift`, Float32Array.from(operation.shift), shape);
      builder.node("Add", name, [builder.node("Mul", `${name}/scaled`, [...inputs, scale]), shift]);
      return;
    }
    case "relu": {
      if (operation.limit === undefined) {
        builder.node("Relu", name, inputs);
        return;
      }
      const low = builder.constant(`${name}/low`, Float32Array.of(0), []);
      const high = builder.constant(`${name}/high`, Float32Array.of(operation.limit), []);
      builder.node("Clip", name, [...inputs, low, high]);
      return;
    }
    case "pool": {
      const { mode, kernel, stride, padding } = operation;
      const common = {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
      };
      if (mode === "max") builder.node("MaxPool", name, inputs, common);
      else builder.node("AveragePool", name, inputs, { ...common, count_include_pad: 0 });
      return;
    }
    case "add":
      builder.node("Add", name, inputs);
      return;
    case "concat":
      builder.node("Concat", name, inputs, { axis: 1 });
      return;
    case "first-channels":
      slice(builder, name, inputs, [0n], [BigInt(operation.channels)], [1n]);
      return;
    case "crop":
      slice(builder, name, inputs, [1n, 1n], [END, END], [2n, 3n]);
      return;
    case "extend": {
      const pads = builder.constant(`${name}/pads`, BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 0n, 1n, 1n));
      builder.node("Pad", name, [...inputs, pads]);
      return;
    }
    case "global-average": {
      const average = builder.node("GlobalAveragePool", `${name}/map`, inputs);
      builder.node("Flatten", name, [average], { axis: 1 });
      return;
    }
    case "linear": {
      const weight = builder.constant(`${name}/weight`, operation.weight.values, operation.weight.shape);
      builder.node("Gemm", name, [...inputs, weight, builder.constant(`${name}/bias`, operation.bias)], { transB: 1 });
    }
  }
}

export function convAttributes({
  weight,
  stride,
  padding: [top, left],
  dilation,
  groups,
}: Extract<ExportNode["operation"], { kind: "conv" }>) {
  return {
    kernel_shape: weight.shape.slice(2),
    strides: [...stride],
    pads: [top, left, top, left],
    dilations: [dilation, dilation],
    group: groups,
  };
}

function slice(
  builder: OnnxBuilder,
  name: string,
  inputs: readonly string[],
  starts: readonly bigint[],
  ends: readonly bigint[],
  axes: readonly bigint[],
): void {
  const constants = Object.entries({ starts, ends, axes }).map(([what, values]) =>
    builder.constant(`${name}/${what}`, BigInt64Array.from(values)),
  );
  builder.node("Slice", name, [...inputs, ...constants]);
}
