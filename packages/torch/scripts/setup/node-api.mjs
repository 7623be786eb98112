/** Find the headers of Node-API. Nothing is fetched: they come with a package or with the running Node. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupError } from "./errors.mjs";

/**
 * The npm package `node` keeps them beside its binary, in a package named after the platform; `node-api-headers` ships
 * only them; an official Node has them in its prefix and Debian's in /usr/include.
 *
 * @param {string[]} roots folders whose `node_modules` are searched, nearest first
 * @param {string} [execPath] the running Node
 * @returns {string} the folder that holds node_api.h
 */
export function nodeApiInclude(roots, execPath = process.execPath) {
  const candidates = roots.flatMap((root) => {
    const modules = join(root, "node_modules");
    return [
      ...platformPackages(join(modules, "node", "node_modules")),
      ...platformPackages(modules),
      join(modules, "node-api-headers", "include"),
    ];
  });
  candidates.push(join(dirname(dirname(execPath)), "include", "node"), "/usr/include/node", "/usr/include/nodejs/src");
  const found = candidates.find((folder) => existsSync(join(folder, "node_api.h")));
  if (found !== undefined) return found;
  throw new SetupError(`no node_api.h (looked in ${candidates.join(", ")})`, {
    remedies: ["npm install --save-dev node-api-headers"],
  });
}

function platformPackages(modules) {
  if (!existsSync(modules)) return [];
  return readdirSync(modules)
    .filter((name) => /^node-(bin-)?(linux|darwin)/.test(name))
    .map((name) => join(modules, name, "include", "node"));
}
