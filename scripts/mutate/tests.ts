/** Runs test files in a copy of the tree: one vitest for all runs, so that libtorch and the packages are loaded once. */
import { join } from "node:path";
import { type CliOptions, createVitest, type Reporter, type Vitest } from "vitest/node";

export class Tests implements AsyncDisposable {
  readonly #root: string;
  readonly #vitest: Vitest;

  private constructor(root: string, vitest: Vitest) {
    this.#root = root;
    this.#vitest = vitest;
  }

  static async open(root: string): Promise<Tests> {
    const silent: Reporter = {};
    // The garbage collector of a thread cannot be exposed: files that call it have no place among the nearest.
    const threads: CliOptions = { pool: "threads", maxWorkers: 1, execArgv: ["--conditions=archwright-source"] };
    // On a busy machine a test may take long; that is nothing that a change has done.
    const limits: CliOptions = { testTimeout: 600_000, hookTimeout: 600_000 };
    const options: CliOptions = { ...threads, ...limits, root, watch: false, bail: 1, reporters: [silent] };
    return new Tests(root, await createVitest("test", options));
  }

  /** That a file is another than in the last run. */
  changed(file: string): void {
    this.#vitest.invalidateFile(join(this.#root, file));
  }

  /** One file after the other, so that the nearest comes first; stops at the first test that fails, and says where. */
  async firstFailure(files: readonly string[]): Promise<string | undefined> {
    for (const file of files) if (!(await this.#passes(join(this.#root, file)))) return file;
    return undefined;
  }

  async #passes(path: string): Promise<boolean> {
    const specifications = await this.#vitest.globTestSpecifications([path]);
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications);
    // The result lists files of earlier runs too.
    const own = testModules.find(({ moduleId }) => moduleId === path);
    return own?.ok() === true && unhandledErrors.length === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vitest.close();
  }
}
