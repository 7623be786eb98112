/** Everything a fresh clone needs, in one idempotent script that runs on the machine's own Node (18 or newer). */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../packages/torch/scripts/setup/errors.mjs";
import { setupTorch } from "../packages/torch/scripts/setup.mjs";
import { installDependencies } from "./setup/dependencies.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const log = (line) => process.stderr.write(`setup: ${line}\n`);

try {
  await installDependencies(ROOT, { log });
  const { current, changed } = await setupTorch({ log });
  const { version, source } = current.libtorch;
  if (changed) log(`ready with libtorch ${version} (${source}), BLAS ${current.blas.name}`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.render()}\n`);
  process.exitCode = 1;
}
