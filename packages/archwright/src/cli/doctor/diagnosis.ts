/** What `archwright doctor` finds out, as data. */
import { availableParallelism, cpus } from "node:os";
import { packageVersion } from "../../runs/environment.ts";
import { type BuildRecord, type Considered, discoverLibtorch, readBuildRecord } from "./build-record.ts";
import { type LoadedTorch, loadTorch } from "./loaded-torch.ts";

/** Something that is missing or slow, and the command that puts it right. */
export interface Problem {
  readonly problem: string;
  readonly remedy: string;
  /** Whether nothing can be searched before it is put right. */
  readonly fatal: boolean;
}

export interface Diagnosis {
  readonly ok: boolean;
  readonly archwright: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  /** The libtorch that the addon was built for; null where setup has not run. */
  readonly libtorch: BuildRecord["libtorch"] | null;
  readonly considered: readonly Considered[];
  readonly addon: string | null;
  readonly compiler: string | null;
  readonly blas: { readonly name: string; readonly fast: boolean } | null;
  /** What the loaded library says of itself; null where it does not load. */
  readonly loaded: LoadedTorch | null;
  readonly problems: readonly Problem[];
}

const SETUP = "npm run setup";

export async function diagnose(): Promise<Diagnosis> {
  const record = readBuildRecord();
  const loading = await loadTorch();
  const loaded = "loaded" in loading ? loading.loaded : null;
  const considered = record?.considered ?? (await discoverLibtorch());
  const failure = "failure" in loading ? loading.failure : undefined;
  const problems = [...loadProblems(record, considered, failure), ...slowness(record, loaded)];
  return {
    ok: loaded !== null,
    archwright: packageVersion(),
    node: process.versions.node,
    processor: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    libtorch: record?.libtorch ?? null,
    considered,
    addon: record?.addon ?? null,
    compiler: record?.compilerVersion ?? null,
    blas: record?.blas ?? null,
    loaded,
    problems,
  };
}

function loadProblems(
  record: BuildRecord | undefined,
  considered: readonly Considered[],
  failure: string | undefined,
): Problem[] {
  if (failure === undefined) return [];
  if (record !== undefined) return [{ problem: failure, remedy: SETUP, fatal: true }];
  const anyFound = considered.some(({ found }) => found);
  const built = { problem: "the native addon has not been built", remedy: SETUP, fatal: true };
  if (anyFound) return [built];
  const remedy =
    "apt-get install -y libtorch-dev libopenblas0-pthread, or set LIBTORCH to a copy, or let setup download one";
  return [{ problem: "there is no libtorch on this machine", remedy, fatal: true }, built];
}

function slowness(record: BuildRecord | undefined, loaded: LoadedTorch | null): Problem[] {
  const problems: Problem[] = [];
  if (record?.blas?.fast === false) {
    problems.push({
      problem: `libtorch uses the BLAS "${record.blas.name}", about twenty times too slow`,
      remedy: "apt-get install -y libopenblas0-pthread",
      fatal: false,
    });
  }
  if (loaded !== null && loaded.threads < availableParallelism()) {
    problems.push({
      problem: `libtorch uses ${loaded.threads} of ${availableParallelism()} cores`,
      remedy: "unset OMP_NUM_THREADS and OMP_THREAD_LIMIT",
      fatal: false,
    });
  }
  if (record?.libtorch.cuda === true && loaded?.cudaDevices === 0) {
    problems.push({
      problem: "this libtorch is built for CUDA, but there is no usable CUDA device",
      remedy: "nvidia-smi, which shows whether driver and device are there",
      fatal: false,
    });
  }
  return problems;
}
