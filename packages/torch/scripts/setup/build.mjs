/** Compile the addon: plan from hashes of everything that matters, compile what changed, link, publish atomically. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { SetupError } from "./errors.mjs";
import { fileIdentity } from "./libtorch.mjs";
import { run } from "./run.mjs";
import { compileFlags, linkFlags } from "./toolchain.mjs";

const ADDON = "archwright_torch.node";
const KEPT_BUILDS = 4;
const KEPT_OBJECT_DAYS = 14;

/**
 * @typedef {object} Plan
 * @property {string} addon path of the result
 * @property {{ source: string, object: string }[]} units
 * @property {string} compiler
 * @property {string[]} compile flags
 * @property {string[]} link flags
 */

/**
 * Name every output after a hash of its inputs: an existing file is then the right one.
 *
 * @param {{ native: string, build: string, libtorch: import("./libtorch.mjs").Libtorch,
 *   compiler: { path: string, gcc: boolean }, nodeInclude: string, extraFlags?: string }} options `native`: folder of the
 *   sources; `build`: folder of all outputs
 * @returns {Plan}
 * @throws {SetupError} when there are no sources
 */
export function planBuild({ native, build, libtorch, compiler, nodeInclude, extraFlags }) {
  const files = filesUnder(native);
  const sources = files.filter((file) => file.endsWith(".cc"));
  if (sources.length === 0) throw new SetupError(`no .cc files under ${native}`);
  const compile = compileFlags(libtorch, compiler, nodeInclude, extraFlags);
  const link = linkFlags(libtorch, compiler);
  const shared = createHash("sha256");
  shared.update(JSON.stringify([compile, libtorch.identity, fileIdentity(realpathSync(compiler.path))]));
  // Whatever else lies there may be included by a source.
  for (const header of files.filter((file) => !file.endsWith(".cc")))
    shared.update(header).update(readFileSync(header));
  const sharedKey = shared.digest("hex");
  const units = sources.map((source) => {
    const key = digest(sharedKey, source, readFileSync(source));
    return { source, object: join(build, "objects", `${key.slice(0, 32)}.o`) };
  });
  const id = digest(JSON.stringify(link), ...units.map(({ object }) => basename(object))).slice(0, 12);
  return { addon: join(build, `${libtorch.version}-${id}`, ADDON), units, compiler: compiler.path, compile, link };
}

/**
 * Bring the addon of a plan into being; at once when it is there.
 *
 * @param {Plan} plan
 * @param {{ jobs?: number, onProgress?: (line: string) => void }} [options] `jobs`: files compiled at a time
 * @throws {SetupError} with the compiler's own output
 */
export async function buildAddon(plan, { jobs = 2, onProgress = () => {} } = {}) {
  if (existsSync(plan.addon)) return;
  const missing = plan.units.filter(({ object }) => !existsSync(object));
  let done = 0;
  const queue = [...missing];
  const worker = async () => {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      try {
        await compileUnit(plan, unit, onProgress);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
      onProgress(`compiled ${basename(unit.source)} (${++done} of ${missing.length})`);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: jobs }, worker));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed !== undefined) throw failed.reason;
  onProgress(`linking ${basename(plan.addon)}`);
  await link(plan);
  prune(dirname(dirname(plan.addon)), plan);
}

async function compileUnit(plan, { source, object }, onProgress) {
  await produce(object, async (partial) => {
    const { status, output } = await run(plan.compiler, [...plan.compile, "-c", source, "-o", partial]);
    if (status !== 0) throw failure(`${basename(source)} does not compile with ${plan.compiler}`, output);
    if (output.trim() !== "") onProgress(output.trimEnd());
  });
}

async function link(plan) {
  await produce(plan.addon, async (partial) => {
    const objects = plan.units.map(({ object }) => object);
    const { status, output } = await run(plan.compiler, [...objects, ...plan.link, "-o", partial]);
    if (status !== 0) throw failure("the addon does not link", output);
  });
}

function failure(message, output) {
  const tooOld = /unrecognized command[- ]line option|c\+\+(17|20)/.test(output);
  const remedy = /Killed|cannot allocate memory|killed by SIGKILL/.test(output)
    ? "the compiler ran out of memory: set ARCHWRIGHT_JOBS=1 and run setup again"
    : tooOld
      ? "use a newer compiler: GCC 9 or clang 10 at least (set CXX to it)"
      : "try another compiler with CXX=..., or another libtorch with LIBTORCH=...; if neither helps, report the text above";
  return new SetupError(message, { output, remedies: [remedy] });
}

/** Write a file under a temporary name and give it its own name only when complete. */
async function produce(file, write) {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.tmp`;
  try {
    await write(partial);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}

// Old builds stay for a while because running programs, or another libtorch, may still want them.
function prune(build, plan) {
  const now = new Date();
  for (const { object } of plan.units) utimesSync(object, now, now);
  const objects = join(build, "objects");
  for (const name of readdirSync(objects)) {
    const file = join(objects, name);
    if (now.getTime() - statSync(file).mtimeMs > KEPT_OBJECT_DAYS * 86_400_000) rmSync(file, { force: true });
  }
  const builds = readdirSync(build)
    .map((name) => join(build, name))
    .filter((folder) => existsSync(join(folder, ADDON)))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of builds.slice(KEPT_BUILDS)) rmSync(folder, { recursive: true, force: true });
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return entry.name.startsWith(".") ? [] : [path];
  });
}

function digest(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

/** The path of the addon as `current.json` says it: relative to the package, with forward slashes. */
export function addonPath(packageRoot, addon) {
  return relative(packageRoot, addon).split("\\").join("/");
}
