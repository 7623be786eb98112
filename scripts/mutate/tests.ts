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
    const options: CliOptions = { ...threads, root, watch: false, bail: 1, reporters: [silent] };
    return new Tests(root, await createVitest("test", options));
  }

  /** That a file is another than in the last run. */
  changed(file: string): void {
    this.#vitest.invalidateFile(join(this.#root, file));
  }

  /** One file after the other, so that the nearest comes first; stops at the first test that fails, and says where. */
  async firstFailure(files: readonly string[]): Promise<string | undefined> {
    for (const file of files) {
      const specifications = await this.#vitest.globTestSpecifications([join(this.#root, file)]);
      const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications);
      const failed = testModules.length === 0 || testModules.some((module) => !module.ok());
      if (failed || unhandledErrors.length > 0) return file;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vitest.close();
  }
}
