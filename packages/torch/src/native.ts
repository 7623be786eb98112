/** Loads the native addon that setup built, and types what it exports. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TorchError } from "./errors.ts";

/** An opaque native object; only meaningful to the addon. */
export type NativeTensor = { readonly __tensor: unique symbol };
export type NativeGenerator = { readonly __generator: unique symbol };

/** An operator as the addon knows it. `returned`: the argument that an in-place operator returns, or -1. */
export interface NativeOperator {
  readonly call: (...values: unknown[]) => unknown;
  readonly schema: string;
  readonly returned: number;
}

export interface Native {
  freeTensor(tensor: NativeTensor): void;
  watchTensor(tensor: NativeTensor): void;
  liveTensors(): number;
  findOperator(name: string, overload: string): NativeOperator | null;
  operatorNames(): string[];
  grad(
    outputs: readonly NativeTensor[],
    inputs: readonly NativeTensor[],
    gradOutputs: readonly (NativeTensor | null)[] | null,
    retainGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): (NativeTensor | null)[];
  setGradEnabled(enabled: boolean): boolean;
  requiresGrad(tensor: NativeTensor): boolean;
  setRequiresGrad(tensor: NativeTensor, requiresGrad: boolean): void;
  fromBytes(data: ArrayBufferView, shape: readonly number[], dtype: number, share: boolean): NativeTensor;
  bytesView(tensor: NativeTensor): ArrayBuffer;
  copyBytes(tensor: NativeTensor, data: ArrayBufferView): void;
  shape(tensor: NativeTensor): number[];
  strides(tensor: NativeTensor): number[];
  dtype(tensor: NativeTensor): number;
  device(tensor: NativeTensor): string;
  createGenerator(seed: number | bigint): NativeGenerator;
  generatorState(generator: NativeGenerator): NativeTensor;
  setGeneratorState(generator: NativeGenerator, state: NativeTensor): void;
  version(): string;
  configuration(): string;
  parallelInfo(): string;
  setThreads(threads: number): void;
  threads(): number;
  keepMemory(): void;
  loadLibrary(path: string): void;
  exactOnCuda(): void;
  cudaDevices(): number;
  synchronize(): void;
}

/** What setup found and built (packages/torch/build/current.json). */
export interface BuildRecord {
  readonly addon: string;
  readonly libtorch: {
    readonly version: string;
    readonly source: string;
    readonly lib: string;
    readonly cuda: boolean;
  };
  readonly considered: readonly { readonly source: string; readonly found: boolean; readonly reason: string }[];
  readonly blas?: unknown;
  readonly compiler?: unknown;
}

/** The package's folder, from either src/ or dist/. */
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** What setup recorded, or undefined where it has not run. */
export function buildRecord(): BuildRecord | undefined {
  const file = join(packageFolder, "build", "current.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BuildRecord) : undefined;
}

// On a busy machine OpenMP's threads spin at every barrier for a partner that is not running, which slows everything down
// tenfold; OpenBLAS's spin for 2^26 cycles after every product, in the way of those, unless told 2^4. Both libraries read
// this once, when they are loaded, from the process's environment: only the main thread can set it, so a program that uses
// this package in worker threads alone sets it itself.
if (process.env.OMP_WAIT_POLICY === undefined) process.env.GOMP_SPINCOUNT ??= "1000";
process.env.OPENBLAS_THREAD_TIMEOUT ??= "4";

function load(): Native {
  const record = buildRecord();
  if (record === undefined) {
    throw new TorchError("setup", "the native addon has not been built; run `npm run setup` in the project's folder");
  }
  try {
    const native = createRequire(import.meta.url)(join(packageFolder, record.addon)) as Native;
    // The linker drops libtorch_cuda because nothing refers to it; its kernels register when it is loaded.
    if (record.libtorch.cuda) {
      native.loadLibrary(join(record.libtorch.lib, "libtorch_cuda.so"));
      native.exactOnCuda();
    }
    // Debian's build starts with one thread. OpenMP keeps the count per thread, so every worker sets its own.
    native.setThreads(availableParallelism());
    native.keepMemory();
    return native;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TorchError("setup", `the native addon does not load (${reason}); run \`npm run setup\` again`, { cause });
  }
}

let loaded = false;

/**
 * The addon's functions. libtorch is loaded when the first of them is looked up, so that importing this package costs
 * nothing; from then on they are plain properties.
 */
export const native: Native = Object.create(
  new Proxy(
    {},
    {
      get(_, name) {
        if (loaded) return undefined;
        Object.assign(native, load());
        loaded = true;
        return native[name as keyof Native];
      },
    },
  ),
);
