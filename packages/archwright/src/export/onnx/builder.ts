/** Collects the nodes and constants of an ONNX graph. */
import { type Attribute, dataTypes, type OnnxNode, type OnnxTensor, type OnnxValue } from "./schema.ts";

type Constant = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;

const typeOf = (values: Constant): number => {
  if (values instanceof Float32Array) return dataTypes.float32;
  if (values instanceof Int8Array) return dataTypes.int8;
  if (values instanceof Uint8Array) return dataTypes.uint8;
  return values instanceof Int32Array ? dataTypes.int32 : dataTypes.int64;
};

export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];

  /** A constant of the graph; its bytes are little-endian, as everywhere that this runs. Returns its name. */
  constant(name: string, values: Constant, dims: readonly number[] = [values.length]): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.push({ name, dims, dataType: typeOf(values), rawData });
    return name;
  }

  /** A node whose single output has its name, which is returned. */
  node(
    opType: string,
    name: string,
    input: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    output = name,
  ): string {
    const attribute = Object.entries(attributes).map(
      ([key, value]): Attribute =>
        typeof value === "number" ? { name: key, type: 2, i: value } : { name: key, type: 7, ints: value },
    );
    this.nodes.push({ name, opType, input, output: [output], attribute });
    return output;
  }
}

/** A value whose first dimension is free, called `batch`. */
export const batchedValue = (name: string, elemType: number, rest: readonly number[]): OnnxValue => ({
  name,
  type: {
    tensorType: { elemType, shape: { dim: [{ dimParam: "batch" }, ...rest.map((dimValue) => ({ dimValue }))] } },
  },
});
