/** Install Debian and Ubuntu packages, where setup runs as root. */
import { SetupError } from "./errors.mjs";
import { run, which } from "./run.mjs";

/** libtorch with its headers, and the BLAS without which it is twenty times too slow. */
export const LIBTORCH_PACKAGES = ["libtorch-dev", "libopenblas0-pthread"];

/** Whether this process may install packages: root, on a system with apt. */
export function canApt(env = process.env) {
  return process.getuid?.() === 0 && which("apt-get", env) !== undefined;
}

/**
 * @param {string[]} packages
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} [options]
 * @throws {SetupError} with what apt-get printed
 */
export async function aptInstall(packages, { env = process.env, log = () => {} } = {}) {
  const aptEnv = { ...env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    log(`apt-get ${args.join(" ")}`);
    const { status, output } = await run("apt-get", args, { env: aptEnv });
    if (status !== 0) throw new SetupError(`apt-get ${args.join(" ")} failed (exit status ${status})`, { output });
  }
}
