/** What the loaded libtorch says of itself. */

export interface LoadedTorch {
  readonly version: string;
  /** Threads that its operators use. */
  readonly threads: number;
  readonly cudaDevices: number;
  /** Which malloc serves the tensors, and how it is set. */
  readonly allocator: string;
  /** libtorch's own account of its build: BLAS, oneDNN, instruction sets. */
  readonly configuration: string;
  readonly parallel: string;
}

/** Loads the addon. That it does not load is an answer, not an error. */
export async function loadTorch(): Promise<{ loaded: LoadedTorch } | { failure: string }> {
  try {
    const torch = await import("@archwright/torch");
    return {
      loaded: {
        version: torch.libtorchVersion(),
        threads: torch.threads(),
        cudaDevices: torch.cudaDevices(),
        allocator: allocator(),
        configuration: torch.configuration(),
        parallel: torch.parallelInfo(),
      },
    };
  } catch (error) {
    return { failure: error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error) };
  }
}

/** Tensors come from the addon's own cache; all else from glibc or what is preloaded in its place (jemalloc, tcmalloc). */
function allocator(): string {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const preloaded = process.env.LD_PRELOAD;
  if (preloaded !== undefined && /malloc/.test(preloaded)) return preloaded;
  const glibc = header.glibcVersionRuntime;
  return glibc === undefined ? "the system's malloc" : `the addon's cache for tensors, glibc ${glibc} for the rest`;
}
