/** Calls operators of libtorch by name, through its dispatcher. */
import { type DType, dtypes } from "./dtype.ts";
import { freedError, fromNative, TorchError } from "./errors.ts";
import type { Generator } from "./generator.ts";
import { type NativeOperator, type NativeTensor, native } from "./native.ts";
import { parseSchema } from "./schema.ts";
import { Tensor } from "./tensor.ts";

/** What an operator takes: tensors, numbers, strings, booleans, lists of these; `undefined` stands for the default. */
export type Argument =
  | Tensor
  | Generator
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  | readonly (Tensor | number | boolean | null)[];

/** How a tensor's dimensions are laid out in memory. */
export type MemoryFormat = "contiguous" | "preserve" | "channels_last";

const memoryFormats: Readonly<Record<MemoryFormat, number>> = { contiguous: 0, preserve: 1, channels_last: 2 };

/** An operator, looked up on first use. */
export interface Operator {
  readonly name: string;
  readonly overload: string;
  found: NativeOperator | undefined;
}

export const operator = (name: string, overload = ""): Operator => ({ name, overload, found: undefined });

/** The schema of an operator in the libtorch that is loaded, or undefined if it has none by this name. */
export const schemaOf = (name: string, overload = ""): string | undefined =>
  native.findOperator(name, overload)?.schema;

/** Every operator of the libtorch that is loaded, as `aten::add.Tensor`. */
export const operatorNames = (): string[] => native.operatorNames();

/**
 * Calls `op`. Throws a TorchError that names the operator and describes its tensor arguments.
 * Returns a tensor, a number, a list of these, or an array of results where the schema has several. An operator that
 * works in place returns the very Tensor it was given.
 */
export function call(op: Operator, args: readonly Argument[]): unknown {
  op.found ??= resolve(op);
  const { found } = op;
  const values: unknown[] = [];
  for (let i = 0; i < args.length; i++) values.push(toNative(args[i], op, i));
  let result: unknown;
  try {
    result = found.call(...values);
  } catch (error) {
    throw fromNative(error, op.name);
  }
  if (found.returned < 0) return toResult(result);
  const changed = args[found.returned] as Tensor;
  changed.forgetShape();
  return changed;
}

function resolve(op: Operator): NativeOperator {
  const found = native.findOperator(op.name, op.overload);
  if (found === null) {
    const full = op.overload === "" ? op.name : `${op.name}.${op.overload}`;
    throw new TorchError("operator", `${full}: libtorch ${native.version()} has no such operator`, {
      operator: op.name,
    });
  }
  return found;
}

function toNative(value: Argument, op: Operator, index: number): unknown {
  if (value instanceof Tensor) return handleOf(value, op, index);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => (item instanceof Tensor ? handleOf(item, op, index) : item));
  // A generator is known by its handle; naming its class here would make the modules circular.
  return "handle" in value ? value.handle : value;
}

function handleOf(tensor: Tensor, op: Operator, index: number): NativeTensor {
  if (!tensor.freed) return tensor.handle;
  throw freedError(op.name, parseSchema(op.found?.schema ?? "").parameters[index]?.name);
}

function toResult(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toResult);
  return typeof value === "object" && value !== null ? new Tensor(value as NativeTensor) : value;
}

/** @internal Names to libtorch's codes, for the generated functions. */
export const dtypeCode = (dtype: DType | null | undefined): number | null | undefined =>
  dtype == null ? dtype : (dtypes[dtype]?.code ?? (dtype as unknown as number));

/** @internal */
export const memoryFormatCode = (format: MemoryFormat | null | undefined): number | null | undefined =>
  // An unknown name is passed on as it is, so that the operator's own check names the argument.
  format == null ? format : (memoryFormats[format] ?? format);
