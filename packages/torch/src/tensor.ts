/** A tensor: an n-dimensional array in libtorch's memory, freed by its scope, by `using`, or by `dispose()`. */
import { markAsUntransferable } from "node:worker_threads";
import { type DType, dtypeOfArray, dtypeOfCode, dtypes, type TypedArray } from "./dtype.ts";
import { freedError, fromNative, TorchError } from "./errors.ts";
import { type NativeOperator, type NativeTensor, native } from "./native.ts";
import { current, forget } from "./scope-stack.ts";

export class Tensor implements Disposable {
  #handle: NativeTensor | undefined;
  #shape: readonly number[] | undefined;

  /** @internal Use the functions of this package to make tensors. */
  constructor(handle: NativeTensor) {
    this.#handle = handle;
    const scope = current();
    if (scope === undefined) native.watchTensor(handle);
    else scope.add(this);
  }

  /**
   * @internal Tells the garbage collector of the memory, for a tensor that no scope will free. Within scopes it is not told:
   * a pass holds gigabytes for a moment, and each time it would look in vain for something to collect.
   */
  watch(): void {
    native.watchTensor(this.#use("watch"));
  }

  /** @internal The native handle. Throws a TorchError with code `freed` after disposal. */
  get handle(): NativeTensor {
    return this.#use("handle");
  }

  /** The handle, for the property or method `name`. */
  #use(name: string): NativeTensor {
    if (this.#handle === undefined) throw freedError(name, "self");
    return this.#handle;
  }

  get freed(): boolean {
    return this.#handle === undefined;
  }

  /** Sizes, outermost dimension first. Images are [batch, channels, height, width] whatever their memory format. */
  get shape(): readonly number[] {
    this.#shape ??= Object.freeze(native.shape(this.#use("shape")));
    return this.#shape;
  }

  /** @internal After an operator that may have changed the shape in place. */
  forgetShape(): void {
    this.#shape = undefined;
  }

  /** Elements between neighbours along each dimension. */
  get strides(): readonly number[] {
    return native.strides(this.#use("strides"));
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  get dtype(): DType {
    return dtypeOfCode(native.dtype(this.#use("dtype")));
  }

  /** `cpu`, `cuda:0`, ... */
  get device(): string {
    return native.device(this.#use("device"));
  }

  get requiresGrad(): boolean {
    return native.requiresGrad(this.#use("requiresGrad"));
  }

  /** Only leaves (tensors that no recorded operation made) can be switched. */
  set requiresGrad(value: boolean) {
    try {
      native.setRequiresGrad(this.#use("requiresGrad"), value);
    } catch (error) {
      throw fromNative(error, "requiresGrad");
    }
  }

  /** The values, row-major, copied. int64 comes as BigInt64Array, half precision as raw 16 bits. */
  toTypedArray(): TypedArray {
    const data = new dtypes[this.dtype].array(this.size);
    this.copyTo(data);
    return data;
  }

  /** The values, row-major, into `target`, whose bytes must be exactly as many as the tensor's. */
  copyTo(target: TypedArray): void {
    this.#use("copyTo");
    try {
      using plain = contiguousOnCPU(this);
      native.copyBytes(plain.handle, target);
    } catch (error) {
      throw fromNative(error, "copyTo");
    }
  }

  /** The values, row-major, as numbers. */
  toArray(): number[] {
    return Array.from(this.toTypedArray() as ArrayLike<number | bigint>, Number);
  }

  /**
   * The memory itself as a typed array, without a copy. Only for contiguous CPU tensors; writes show in the tensor.
   * The view keeps the memory alive also after the tensor is freed.
   */
  view(): TypedArray {
    try {
      return new dtypes[this.dtype].array(native.bytesView(this.#use("view")));
    } catch (error) {
      throw fromNative(error, "view");
    }
  }

  /** The value of a tensor with one element. */
  item(): number {
    if (this.size !== 1) {
      throw new TorchError("argument", `item: argument 'self' must have one element, got shape [${this.shape}]`, {
        operator: "item",
        argument: "self",
      });
    }
    return this.toArray()[0] as number;
  }

  toString(): string {
    return this.freed ? "Tensor(freed)" : `Tensor(${this.dtype}[${this.shape}] ${this.device})`;
  }

  /** Frees the memory now. Safe to call twice. */
  dispose(): void {
    if (this.#handle === undefined) return;
    native.freeTensor(this.#handle);
    this.#handle = undefined;
    forget(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Operators that this file needs; looked up on first use, because that loads libtorch. */
const operators = new Map<string, NativeOperator>();

function run(name: string, overload: string, ...values: unknown[]): NativeTensor {
  let found = operators.get(name);
  if (found === undefined) {
    found = native.findOperator(name, overload) as NativeOperator;
    operators.set(name, found);
  }
  return found.call(...values) as NativeTensor;
}

function contiguousOnCPU(tensor: Tensor): Tensor {
  if (tensor.device === "cpu") return new Tensor(run("aten::contiguous", "", tensor.handle));
  using local = new Tensor(run("aten::to", "dtype_layout", tensor.handle, undefined, undefined, "cpu"));
  return new Tensor(run("aten::contiguous", "", local.handle));
}

/**
 * A tensor from JavaScript values.
 *
 * - `data`: numbers (float32 unless `dtype` says otherwise), or a typed array: its own type, or raw bytes of `dtype`.
 * - `shape`: default one dimension.
 * - `share`: let the tensor use the typed array's memory instead of a copy; later writes to it show in the tensor.
 *   The memory must stay where it is: it can no longer be posted to another thread, and must not be `transfer()`red.
 */
export function tensor(
  data: TypedArray | readonly number[],
  shape?: readonly number[],
  options: { dtype?: DType; share?: boolean } = {},
): Tensor {
  const dtype = options.dtype ?? (isNumbers(data) ? "float32" : dtypeOfArray(data));
  if (isNumbers(data)) return ofNumbers(data, shape ?? [data.length], dtype);
  const entry = dtypes[dtype];
  if (entry === undefined) throw refused("dtype", `${dtype} is not an element type`);
  const share = options.share ?? false;
  if (share) pin(data, entry.bytes);
  try {
    const handle = native.fromBytes(data, shape ?? [data.byteLength / entry.bytes], entry.code, share);
    return new Tensor(handle);
  } catch (error) {
    throw fromNative(error, "tensor");
  }
}

const isNumbers = (data: unknown): data is readonly number[] => Array.isArray(data);

function ofNumbers(data: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  for (const value of data)
    if (typeof value !== "number") throw refused("data", `must hold numbers, got ${typeof value}`);
  switch (dtype) {
    case "float32":
      return tensor(Float32Array.from(data), shape);
    case "float64":
      return tensor(Float64Array.from(data), shape);
    default: {
      // libtorch converts, and rounds to half precision as it always does.
      using exact = tensor(Float64Array.from(data), shape);
      if (!dtype.includes("float") && dtype !== "bool" && !data.every(Number.isSafeInteger)) {
        throw refused("data", `must hold integers for ${dtype}`);
      }
      return convert(exact, dtype);
    }
  }
}

function convert(from: Tensor, dtype: DType): Tensor {
  const entry = dtypes[dtype];
  if (entry === undefined) throw refused("dtype", `${dtype} is not an element type`);
  return new Tensor(run("aten::to", "dtype_layout", from.handle, entry.code));
}

/** Keeps memory that a tensor will use from moving or shrinking under it. */
function pin(data: TypedArray, bytes: number): void {
  if (data.byteOffset % bytes !== 0) throw refused("data", `must start at a multiple of ${bytes} bytes to be shared`);
  const { buffer } = data;
  if (buffer instanceof SharedArrayBuffer ? buffer.growable : buffer.resizable) {
    throw refused("data", "must not be resizable to be shared");
  }
  if (buffer instanceof ArrayBuffer) markAsUntransferable(buffer);
}

function refused(argument: string, what: string): TorchError {
  return new TorchError("argument", `tensor: argument '${argument}' ${what}`, { operator: "tensor", argument });
}

/** Tensors of this thread that have not been freed. Tests check that it returns to where it was. */
export const liveTensors = (): number => native.liveTensors();
