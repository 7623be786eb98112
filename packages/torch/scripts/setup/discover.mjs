/** Find libtorch: the LIBTORCH variable, the downloaded copy, the Python on the PATH, the system's package; first found wins. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./errors.mjs";
import { compareVersions, inspectLibtorch } from "./libtorch.mjs";
import { pythonPrefixes } from "./python.mjs";

/** The places looked at, in order of precedence. */
export const SOURCES = ["LIBTORCH", "downloaded", "python", "system"];

/**
 * @typedef {object} Considered one place and what was there
 * @property {string} source one of SOURCES
 * @property {boolean} found
 * @property {string} reason the version and place found, or why there is nothing
 */

/**
 * Look at every place, so that `archwright doctor` can explain the choice.
 *
 * @param {{ env?: NodeJS.ProcessEnv, downloads: string, memo?: string, systemPrefixes?: string[] }} options `downloads`:
 *   folder of unpacked archives, one per version; `memo`: file that remembers Python's answer
 * @returns {Promise<{ found?: { source: string, libtorch: import("./libtorch.mjs").Libtorch }, considered: Considered[] }>}
 * @throws {SetupError} when LIBTORCH is set to a folder without a usable libtorch: what a person asked for is not replaced
 */
export async function discover({ env = process.env, downloads, memo, systemPrefixes = ["/usr", "/usr/local"] }) {
  // A wrong LIBTORCH is refused before anything else is started.
  const variable = fromVariable(env);
  const looks = {
    LIBTORCH: () => variable,
    downloaded: () => firstUsable(downloadedPrefixes(downloads), `nothing in ${downloads}`),
    python: () => fromPython(env, memo),
    system: () => firstUsable(systemPrefixes, "no prefix to look in"),
  };
  const results = await Promise.all(SOURCES.map(async (source) => ({ source, ...(await looks[source]()) })));
  const considered = results.map(({ source, libtorch, reason }) =>
    libtorch === undefined
      ? { source, found: false, reason }
      : { source, found: true, reason: `libtorch ${libtorch.version} in ${libtorch.lib}` },
  );
  const first = results.find(({ libtorch }) => libtorch !== undefined);
  return first === undefined
    ? { considered }
    : { found: { source: first.source, libtorch: first.libtorch }, considered };
}

function fromVariable(env) {
  const prefix = env.LIBTORCH;
  if (prefix === undefined || prefix === "") return { reason: "the LIBTORCH variable is not set" };
  const result = inspectLibtorch(prefix);
  if ("libtorch" in result) return result;
  throw new SetupError(`LIBTORCH=${prefix} holds no usable libtorch: ${result.reason}`, {
    remedies: [
      "set LIBTORCH to the folder that holds include/ and lib/",
      "or unset LIBTORCH and let setup look for itself",
    ],
  });
}

function downloadedPrefixes(downloads) {
  if (!existsSync(downloads)) return [];
  const versions = readdirSync(downloads).filter((name) => /^\d+\.\d+/.test(name));
  return versions.sort((a, b) => compareVersions(b, a)).map((name) => join(downloads, name));
}

function firstUsable(prefixes, nothing) {
  let reason = nothing;
  for (const prefix of prefixes) {
    const result = inspectLibtorch(prefix);
    if ("libtorch" in result) return result;
    if (reason === nothing) ({ reason } = result);
  }
  return { reason };
}

async function fromPython(env, memo) {
  const { prefixes, reason } = await pythonPrefixes({ env, memo });
  return firstUsable(prefixes, reason);
}
