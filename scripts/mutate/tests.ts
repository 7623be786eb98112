/** Runs test files in a copy of the tree. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** An endless loop is noticed too. */
const LIMIT_MS = 900_000;

export interface Outcome {
  readonly passed: boolean;
  /** What vitest said. */
  readonly output: string;
}

/** Stops at the first test that fails. */
export function runTests(root: string, files: readonly string[]): Outcome {
  const program = join(root, "node_modules/vitest/vitest.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, "run", "--bail=1", "--reporter=dot", ...files],
    { cwd: root, timeout: LIMIT_MS, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  return { passed: status === 0, output: `${stdout}${stderr}` };
}
