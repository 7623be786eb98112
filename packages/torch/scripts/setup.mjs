#!/usr/bin/env node
/** Make @archwright/torch ready on this machine: find libtorch (or install it) and compile the addon. Safe to repeat. */
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { cpus, homedir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { blasOf, ensureFastBlas } from "./setup/blas.mjs";
import { addonPath, buildAddon, planBuild } from "./setup/build.mjs";
import { discover } from "./setup/discover.mjs";
import { SetupError } from "./setup/errors.mjs";
import { installCompiler, installLibtorch } from "./setup/install.mjs";
import { withLock } from "./setup/lock.mjs";
import { nodeApiInclude } from "./setup/node-api.mjs";
import { run } from "./setup/run.mjs";
import { findCompiler } from "./setup/toolchain.mjs";

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Find or install libtorch, compile the addon and write `build/current.json`, which the loader and `archwright doctor` read.
 *
 * @param {{ env?: NodeJS.ProcessEnv, packageRoot?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<{ current: object, changed: boolean }>} `changed` is false when there was nothing to do
 * @throws {SetupError}
 */
export async function setupTorch({ env = process.env, packageRoot = PACKAGE, log = () => {} } = {}) {
  const context = {
    env,
    packageRoot,
    log,
    downloads: join(cacheRoot(packageRoot, env), "libtorch"),
    memo: join(packageRoot, "build", "python.json"),
  };
  const ready = await readyNow(context);
  if (ready !== undefined) return { current: ready, changed: false };
  const current = await withLock(
    join(packageRoot, "build", ".lock"),
    async () => (await readyNow(context)) ?? (await makeReady(context)),
    (holder) => log(`another setup is running (process ${holder}): waiting for it`),
  );
  return { current, changed: true };
}

/** What `current.json` says, if that is still what setup would do. */
async function readyNow(context) {
  const { found, considered } = await discover(context);
  const compiler = findCompiler(context.env);
  const current = readJson(currentFile(context.packageRoot));
  if (found === undefined || compiler === undefined || current === undefined) return undefined;
  const plan = planFor(found.libtorch, compiler, context);
  const wanted = describe(found, considered, plan, context.packageRoot);
  const same = Object.keys(wanted).every((key) => JSON.stringify(wanted[key]) === JSON.stringify(current[key]));
  return same && existsSync(plan.addon) ? current : undefined;
}

async function makeReady(context) {
  const { env, packageRoot, log } = context;
  let discovery = await discover(context);
  if (discovery.found === undefined) {
    await installLibtorch({ ...context, considered: discovery.considered });
    discovery = await discover(context);
    if (discovery.found === undefined) {
      throw new SetupError("libtorch was installed but is not found", {
        output: discovery.considered.map(({ source, reason }) => `${source}: ${reason}`).join("\n"),
      });
    }
  }
  const { source, libtorch } = discovery.found;
  log(`libtorch ${libtorch.version} (${source}) in ${libtorch.lib}`);
  await ensureFastBlas(source, libtorch, { env, log });
  if (findCompiler(env) === undefined) await installCompiler({ env, log });
  const plan = planFor(libtorch, findCompiler(env), context);
  await buildAddon(plan, { jobs: Number(env.ARCHWRIGHT_JOBS) || defaultJobs(), onProgress: log });
  const { stdout } = await run(plan.compiler, ["--version"], { env });
  const current = {
    ...describe(discovery.found, discovery.considered, plan, packageRoot),
    compilerVersion: stdout.split("\n")[0],
    builtAt: new Date().toISOString(),
  };
  writeAtomically(currentFile(packageRoot), `${JSON.stringify(current, null, 2)}\n`);
  return current;
}

function planFor(libtorch, compiler, { env, packageRoot }) {
  return planBuild({
    native: join(packageRoot, "native"),
    build: join(packageRoot, "build"),
    libtorch,
    compiler,
    nodeInclude: nodeApiInclude(ancestors(packageRoot)),
    extraFlags: env.ARCHWRIGHT_CXXFLAGS,
  });
}

/** The part of `current.json` that follows from what is on the machine. */
function describe({ source, libtorch }, considered, plan, packageRoot) {
  const { version, include, lib, cuda, cxx11Abi } = libtorch;
  return {
    addon: addonPath(packageRoot, plan.addon),
    libtorch: { version, source, include, lib, cuda, cxx11Abi },
    considered,
    compiler: plan.compiler,
    compileFlags: plan.compile,
    linkFlags: plan.link,
    blas: blasOf(source, libtorch),
  };
}

// A file with libtorch's headers takes the compiler about a gigabyte.
function defaultJobs() {
  return Math.max(1, Math.min(cpus().length, Math.floor(totalmem() / 2e9)));
}

function currentFile(packageRoot) {
  return join(packageRoot, "build", "current.json");
}

/** In a clone the repository's `.cache`; for an installed package the person's cache folder. */
function cacheRoot(packageRoot, env) {
  const repository = dirname(dirname(packageRoot));
  if (existsSync(join(repository, "packages", "torch"))) return join(repository, ".cache");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "archwright");
}

function ancestors(folder) {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function writeAtomically(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.tmp`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { current } = await setupTorch({ log: (line) => process.stderr.write(`setup: ${line}\n`) });
    process.stderr.write(`setup: ready with libtorch ${current.libtorch.version} (${current.libtorch.source})\n`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.render()}\n`);
    process.exitCode = 1;
  }
}
