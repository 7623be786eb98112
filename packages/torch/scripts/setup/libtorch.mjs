/** Look into a folder that should hold libtorch: where its headers and libraries are, and what kind of build it is. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The oldest libtorch that the addon supports. */
export const OLDEST = "1.13";

const SUFFIX = process.platform === "darwin" ? "dylib" : "so";

/** Debian's name of the machine, which names the library folder: `x86_64-linux-gnu`. */
export function multiarch() {
  const machine = { x64: "x86_64", arm64: "aarch64", ppc64: "powerpc64le" }[process.arch] ?? process.arch;
  return `${machine}-linux-gnu`;
}

/**
 * @typedef {object} Libtorch
 * @property {string} version for example "2.7.1"
 * @property {string[]} include folders for the compiler, system ones left out
 * @property {string} lib folder of the libraries
 * @property {boolean} cuda whether libtorch_cuda is there
 * @property {boolean} cxx11Abi whether it was built with the new std::string of GCC 5 (always true on macOS)
 * @property {string} identity changes when another build is installed in the same place
 */

/**
 * @param {string} prefix folder with `include/` and `lib/`: an unpacked archive, the `torch` folder of a Python, `/usr`
 * @returns {{ libtorch: Libtorch } | { reason: string }}
 */
export function inspectLibtorch(prefix) {
  if (!existsSync(prefix)) return { reason: `${prefix} does not exist` };
  const include = join(prefix, "include");
  const api = join(include, "torch", "csrc", "api", "include");
  for (const header of [join(include, "ATen", "ATen.h"), join(api, "torch", "torch.h")]) {
    if (!existsSync(header)) return { reason: `no ${header}${hint(prefix)}` };
  }
  const folders = [join(prefix, "lib"), join(prefix, "lib64"), join(prefix, "lib", multiarch())];
  const lib = folders.find((folder) => existsSync(join(folder, `libtorch_cpu.${SUFFIX}`)));
  if (lib === undefined) return { reason: `no libtorch_cpu.${SUFFIX} under ${folders[0]}` };
  const version = headerVersion(include);
  if (version === undefined) return { reason: `no TORCH_VERSION in the headers under ${include}` };
  if (compareVersions(version, OLDEST) < 0) return { reason: `libtorch ${version} is older than ${OLDEST}` };
  return {
    libtorch: {
      version,
      include: include === "/usr/include" ? [api] : [include, api],
      lib,
      cuda: existsSync(join(lib, `libtorch_cuda.${SUFFIX}`)),
      cxx11Abi: process.platform !== "linux" || usesCxx11Abi(join(lib, "libc10.so")),
      identity: [`libtorch_cpu.${SUFFIX}`, `libc10.${SUFFIX}`].map((name) => fileIdentity(join(lib, name))).join(" "),
    },
  };
}

/** Compare "1.13.1" with "2.0": negative, zero or positive, part by part as numbers. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) => text.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Path, size and modification time of a file: a cheap stand-in for its content. */
export function fileIdentity(file) {
  const { size, mtimeMs } = statSync(file);
  return `${file}:${size}:${mtimeMs}`;
}

// A common slip is to name the folder above: the unpacked archive's parent, or site-packages.
function hint(prefix) {
  const below = ["libtorch", "torch"].map((name) => join(prefix, name));
  const meant = below.find((folder) => existsSync(join(folder, "include", "ATen", "ATen.h")));
  return meant === undefined ? "" : ` (did you mean ${meant}?)`;
}

// Newer headers keep the numbers in torch/headeronly, older ones in the C++ frontend.
function headerVersion(include) {
  for (const header of ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"]) {
    const file = join(include, header);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const part = (name) => new RegExp(`#define TORCH_VERSION_${name} (\\d+)`).exec(text)?.[1];
    const [major, minor, patch] = [part("MAJOR"), part("MINOR"), part("PATCH")];
    if (major !== undefined && minor !== undefined) return `${major}.${minor}.${patch ?? 0}`;
  }
  return undefined;
}

// Only a build with the old ABI has a constructor c10::Error(SourceLocation, std::string) whose string is mangled "Ss".
// Wheels up to 2.6 are such builds.
function usesCxx11Abi(libc10) {
  return !readFileSync(libc10).includes("ErrorC2ENS_14SourceLocationESs");
}
