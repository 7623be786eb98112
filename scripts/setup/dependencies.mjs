/** The npm packages of the clone, among them the Node that every npm script runs on. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../../packages/torch/scripts/setup/errors.mjs";
import { withLock } from "../../packages/torch/scripts/setup/lock.mjs";
import { run } from "../../packages/torch/scripts/setup/run.mjs";

/**
 * Run `npm ci` when node_modules is not what package-lock.json asks for.
 *
 * @param {string} root the repository
 * @param {{ log?: (line: string) => void }} [options]
 * @throws {SetupError} when npm fails, with what it printed
 */
export async function installDependencies(root, { log = () => {} } = {}) {
  if (isInstalled(root)) return;
  await withLock(
    join(root, ".cache", "npm.lock"),
    async () => {
      if (!isInstalled(root)) await install(root, log);
    },
    (holder) => log(`another setup is running (process ${holder}): waiting for it`),
  );
}

/** Whether npm's own record of node_modules agrees with package-lock.json, and the node package has its binary. */
export function isInstalled(root) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record) || !existsSync(nodeBinary(root))) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (link || !path.includes("node_modules/")) return true;
    // Optional packages are for other platforms.
    return present[path] === undefined ? optional === true : present[path].version === version;
  });
}

async function install(root, log) {
  log("npm ci");
  const { status, output } = await npm(["ci", "--no-audit", "--no-fund"], root);
  if (status !== 0) {
    throw new SetupError(`npm ci failed (exit status ${status})`, {
      output,
      remedies: ["check the network and the registry npm is set to, then run setup again"],
    });
  }
  if (existsSync(nodeBinary(root))) return;
  // The binary comes with the package's install script, which npm skips where scripts are switched off.
  log("installing the Node binary of the node package");
  const script = await run(process.execPath, ["installArchSpecificPackage.js"], {
    cwd: join(root, "node_modules", "node"),
  });
  if (existsSync(nodeBinary(root))) return;
  throw new SetupError("the node package has no binary: its install script did not run or failed", {
    output: script.output,
    remedies: ["npm rebuild node --ignore-scripts=false"],
  });
}

function nodeBinary(root) {
  return join(root, "node_modules", "node", "bin", "node");
}

/** The npm that started this script, else the one on the PATH. */
function npm(args, cwd) {
  // onnxruntime-node has its processor library in the package; its install script would fetch that of CUDA.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  const script = process.env.npm_execpath;
  return script !== undefined && existsSync(script)
    ? run(process.execPath, [script, ...args], { cwd, env })
    : run("npm", args, { cwd, env });
}
