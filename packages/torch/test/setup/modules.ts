/** The setup modules, which are plain JavaScript, with the types of what the tests use. */

interface Libtorch {
  readonly version: string;
  readonly include: readonly string[];
  readonly lib: string;
  readonly cuda: boolean;
  readonly cxx11Abi: boolean;
  readonly identity: string;
}

interface Considered {
  readonly source: string;
  readonly found: boolean;
  readonly reason: string;
}

type Env = Record<string, string | undefined>;
type Log = (line: string) => void;

interface SetupErrorLike extends Error {
  readonly remedies: readonly string[];
  readonly output: string;
  render(): string;
}

/** Imports `packages/torch/scripts/<path>`. */
async function load<T>(path: string): Promise<T> {
  return (await import(new URL(`../../scripts/${path}`, import.meta.url).href)) as T;
}

export const { SetupError } = await load<{ SetupError: new (...args: never[]) => SetupErrorLike }>("setup/errors.mjs");

export const { download } = await load<{
  download(
    url: string,
    file: string,
    options: {
      sha256: string | undefined;
      onProgress?: (progress: { received: number; total: number | undefined }) => void;
      stallSeconds?: number;
    },
  ): Promise<void>;
}>("setup/download.mjs");

export const { discover } = await load<{
  discover(options: { env: Env; downloads: string; memo?: string; systemPrefixes?: string[] }): Promise<{
    found?: { source: string; libtorch: Libtorch };
    considered: readonly Considered[];
  }>;
}>("setup/discover.mjs");

export const { compareVersions } = await load<{ compareVersions(a: string, b: string): number }>("setup/libtorch.mjs");

export const { chooseArchive, fetchArchive } = await load<{
  chooseArchive(env: Env, platform?: string): { url: string; sha256: string };
  fetchArchive(archive: { url: string; sha256: string }, downloads: string, log: Log): Promise<void>;
}>("setup/archive.mjs");

export const { installLibtorch } = await load<{
  installLibtorch(options: {
    env: Env;
    downloads: string;
    considered: readonly Considered[];
    log?: Log;
  }): Promise<void>;
}>("setup/install.mjs");

export const { withLock } = await load<{
  withLock<T>(file: string, work: () => Promise<T>, onWait?: (holder: string) => void): Promise<T>;
}>("setup/lock.mjs");

export const { setupTorch } = await load<{
  setupTorch(options: { env: Env; packageRoot: string; log?: Log }): Promise<{
    current: {
      addon: string;
      libtorch: { version: string; source: string };
      considered: readonly Considered[];
      linkFlags: readonly string[];
      compileFlags: readonly string[];
    };
    changed: boolean;
  }>;
}>("setup.mjs");
