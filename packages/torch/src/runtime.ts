/** The process around the tensors: threads, devices, versions. */
import { fromNative, TorchError } from "./errors.ts";
import { native } from "./native.ts";

export { type BuildRecord, buildRecord } from "./native.ts";

/** Version of the libtorch that is loaded, as `1.13.0` or `2.13.0+cpu`. */
export const libtorchVersion = (): string => native.version();

/** libtorch's own account of how it was built: BLAS, oneDNN, instruction sets. */
export const configuration = (): string => native.configuration();

/** libtorch's own account of its threads. */
export const parallelInfo = (): string => native.parallelInfo();

/** Threads that operators called from this JavaScript thread use; by default all cores. */
export const threads = (): number => native.threads();

/** Sets the threads for operators called from this JavaScript thread. */
export function setThreads(count: number): void {
  try {
    native.setThreads(count);
  } catch (error) {
    throw fromNative(error, "setThreads");
  }
}

/** How many CUDA devices can be used; 0 where libtorch was built without CUDA. */
export const cudaDevices = (): number => native.cudaDevices();

/** Waits for the work queued on the current CUDA device; does nothing without one. */
export const synchronize = (): void => native.synchronize();

/** Throws unless `device` (`cpu`, `cuda`, `cuda:1`) can be used here. */
export function requireDevice(device: string): void {
  if (device === "cpu") return;
  const match = /^cuda(?::(\d+))?$/.exec(device);
  if (match === null) {
    throw new TorchError("argument", `unknown device "${device}"; use cpu, cuda or cuda:N`, { argument: "device" });
  }
  const available = cudaDevices();
  if (Number(match[1] ?? 0) >= available) {
    const why = available === 0 ? "this libtorch has no usable CUDA device" : `there are ${available} CUDA devices`;
    throw new TorchError("argument", `device "${device}" is not available: ${why}; use cpu`, { argument: "device" });
  }
}
