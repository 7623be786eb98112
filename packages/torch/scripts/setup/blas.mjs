/** Which BLAS a libtorch uses. Debian's build takes the system's, and the reference one is about twenty times too slow. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canApt } from "./apt.mjs";

const PACKAGE = "libopenblas0-pthread";

/**
 * @param {string} source where the libtorch was found
 * @param {import("./libtorch.mjs").Libtorch} libtorch
 * @returns {{ name: string, fast: boolean }} `bundled` when libtorch carries its own (wheels and official archives)
 */
export function blasOf(source, libtorch) {
  if (source !== "system" || process.platform !== "linux") return { name: "bundled", fast: true };
  let file;
  try {
    file = realpathSync(join(libtorch.lib, "libblas.so.3"));
  } catch {
    return { name: "bundled", fast: true };
  }
  const name = ["openblas", "mkl", "blis", "atlas"].find((known) => file.includes(known));
  return name === undefined ? { name: `reference (${file})`, fast: false } : { name, fast: true };
}

/**
 * Install a fast BLAS where it is missing and setup may; otherwise say how. A slow BLAS is no error.
 *
 * @param {string} source
 * @param {import("./libtorch.mjs").Libtorch} libtorch
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} [options]
 */
export async function ensureFastBlas(source, libtorch, { env = process.env, log = () => {} } = {}) {
  if (blasOf(source, libtorch).fast) return;
  if (canApt(env)) {
    try {
      await aptInstall([PACKAGE], { env, log });
    } catch (error) {
      log(`warning: ${error.message}`);
    }
  }
  if (blasOf(source, libtorch).fast) return;
  log(`warning: libtorch uses the reference BLAS, about twenty times too slow: apt-get install -y ${PACKAGE}`);
}
