/** The part of ONNX's file format that models of ours need: message fields by their published names and numbers. */
import protobuf from "protobufjs";

type Field = [type: string, number: number, rule?: "repeated"];

const message = (fields: Readonly<Record<string, Field>>) => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [type, id, rule]]) => [name, { type, id, ...(rule && { rule }) }]),
  ),
});

/** https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const root = protobuf.Root.fromJSON({
  nested: {
    onnx: {
      nested: {
        ModelProto: message({
          irVersion: ["int64", 1],
          producerName: ["string", 2],
          producerVersion: ["string", 3],
          docString: ["string", 6],
          graph: ["GraphProto", 7],
          opsetImport: ["OperatorSetIdProto", 8, "repeated"],
          metadataProps: ["StringStringEntryProto", 14, "repeated"],
        }),
        OperatorSetIdProto: message({ domain: ["string", 1], version: ["int64", 2] }),
        StringStringEntryProto: message({ key: ["string", 1], value: ["string", 2] }),
        GraphProto: message({
          node: ["NodeProto", 1, "repeated"],
          name: ["string", 2],
          initializer: ["TensorProto", 5, "repeated"],
          input: ["ValueInfoProto", 11, "repeated"],
          output: ["ValueInfoProto", 12, "repeated"],
        }),
        NodeProto: message({
          input: ["string", 1, "repeated"],
          output: ["string", 2, "repeated"],
          name: ["string", 3],
          opType: ["string", 4],
          attribute: ["AttributeProto", 5, "repeated"],
        }),
        AttributeProto: message({
          name: ["string", 1],
          f: ["float", 2],
          i: ["int64", 3],
          ints: ["int64", 8, "repeated"],
          type: ["int32", 20],
        }),
        TensorProto: message({
          dims: ["int64", 1, "repeated"],
          dataType: ["int32", 2],
          name: ["string", 8],
          rawData: ["bytes", 9],
        }),
        ValueInfoProto: message({ name: ["string", 1], type: ["TypeProto", 2], docString: ["string", 3] }),
        TypeProto: message({ tensorType: ["TensorTypeProto", 1] }),
        TensorTypeProto: message({ elemType: ["int32", 1], shape: ["TensorShapeProto", 2] }),
        TensorShapeProto: message({ dim: ["DimensionProto", 1, "repeated"] }),
        DimensionProto: message({ dimValue: ["int64", 1], dimParam: ["string", 2] }),
      },
    },
  },
});

const modelProto = root.lookupType("onnx.ModelProto");

export interface Attribute {
  readonly name: string;
  /** FLOAT 1, INT 2, INTS 7. */
  readonly type: 1 | 2 | 7;
  readonly f?: number;
  readonly i?: number;
  readonly ints?: readonly number[];
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Attribute[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      /** Absent for values inside the graph, whose shapes runtimes infer. */
      readonly shape?: { readonly dim: readonly ({ readonly dimValue: number } | { readonly dimParam: string })[] };
    };
  };
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly OnnxNode[];
    readonly initializer: readonly OnnxTensor[];
    readonly input: readonly OnnxValue[];
    readonly output: readonly OnnxValue[];
  };
}

export const encodeModel = (model: OnnxModel): Uint8Array =>
  modelProto.encode(modelProto.create({ ...model })).finish();

/** Of a file of ours: `metadata_props` by key. Throws for bytes that are no protobuf message. */
export function decodeMetadata(bytes: Uint8Array): Record<string, string> {
  const decoded = modelProto.decode(bytes) as unknown as OnnxModel;
  return Object.fromEntries(decoded.metadataProps.map(({ key, value }) => [key, value]));
}

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
