/** Element types, with libtorch's names, codes and the JavaScript arrays that hold them. */
import { TorchError } from "./errors.ts";

export type DType =
  | "uint8"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "float16"
  | "float32"
  | "float64"
  | "bool"
  | "bfloat16";

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Float32Array
  | Float64Array;

interface Entry {
  readonly code: number;
  readonly bytes: number;
  // Half-precision values travel as their raw 16 bits.
  readonly array: {
    new (buffer: ArrayBufferLike, offset?: number, length?: number): TypedArray;
    new (n: number): TypedArray;
  };
}

/** `code` is c10::ScalarType. */
export const dtypes: Readonly<Record<DType, Entry>> = {
  uint8: { code: 0, bytes: 1, array: Uint8Array },
  int8: { code: 1, bytes: 1, array: Int8Array },
  int16: { code: 2, bytes: 2, array: Int16Array },
  int32: { code: 3, bytes: 4, array: Int32Array },
  int64: { code: 4, bytes: 8, array: BigInt64Array },
  float16: { code: 5, bytes: 2, array: Uint16Array },
  float32: { code: 6, bytes: 4, array: Float32Array },
  float64: { code: 7, bytes: 8, array: Float64Array },
  bool: { code: 11, bytes: 1, array: Uint8Array },
  bfloat16: { code: 15, bytes: 2, array: Uint16Array },
};

const byCode = new Map(Object.entries(dtypes).map(([name, entry]) => [entry.code, name as DType]));

export function dtypeOfCode(code: number): DType {
  const name = byCode.get(code);
  if (name === undefined)
    throw new TorchError("argument", `tensors of libtorch's scalar type ${code} are not supported`);
  return name;
}

export function dtypeOfArray(data: TypedArray): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint8Array) return "uint8";
  const name = Object.prototype.toString.call(data).slice(8, -1);
  throw new TorchError(
    "argument",
    `tensor: argument 'data' is a ${name}, for which 'dtype' must say what its bytes are`,
    {
      operator: "tensor",
      argument: "data",
    },
  );
}
