/** The C++ compiler and the flags that fit a given libtorch. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./errors.mjs";
import { which } from "./run.mjs";

const COMPILERS = process.platform === "darwin" ? ["clang++", "c++"] : ["g++", "c++", "clang++"];

/**
 * The compiler: the CXX variable, else the first of g++, c++, clang++ on the PATH. GCC comes first on Linux because
 * libtorch there uses GCC's OpenMP, and clang would bring a second one.
 *
 * @returns {{ path: string, gcc: boolean } | undefined} undefined when there is none
 * @throws {SetupError} when CXX is set to something that is not a program
 */
export function findCompiler(env = process.env) {
  const asked = env.CXX === undefined || env.CXX === "" ? undefined : env.CXX;
  for (const name of asked === undefined ? COMPILERS : [asked]) {
    const path = which(name, env);
    if (path !== undefined) return { path, gcc: process.platform === "linux" && !name.includes("clang") };
  }
  if (asked === undefined) return undefined;
  throw new SetupError(`CXX=${asked} is not a program on the PATH`, {
    remedies: ["set CXX to a C++ compiler, or unset it"],
  });
}

/**
 * @param {import("./libtorch.mjs").Libtorch} libtorch
 * @param {{ gcc: boolean }} compiler
 * @param {string} nodeInclude folder of node_api.h
 * @param {string} [extra] more compiler flags, separated by spaces
 * @returns {string[]}
 */
export function compileFlags(libtorch, compiler, nodeInclude, extra = "") {
  return [
    `-std=${languageStandard(libtorch)}`,
    "-O3",
    "-DNDEBUG",
    "-fPIC",
    "-pthread",
    "-fvisibility=hidden",
    "-Wall",
    // GCC's own AVX-512 headers trip its warning about uninitialized values (GCC bug 105593).
    ...(compiler.gcc ? ["-fopenmp", "-Wno-uninitialized", "-Wno-maybe-uninitialized"] : []),
    ...(process.platform === "linux" ? [`-D_GLIBCXX_USE_CXX11_ABI=${libtorch.cxx11Abi ? 1 : 0}`] : []),
    ...[...libtorch.include, nodeInclude].flatMap((folder) => ["-isystem", folder]),
    ...extra.split(/\s+/).filter((flag) => flag !== ""),
  ];
}

/**
 * RPATH rather than RUNPATH, so that an LD_LIBRARY_PATH set for another libtorch does not swap the library. libtorch.so
 * itself is only a wrapper and stays out: with CUDA it would pull in libtorch_cuda, which the loader loads by name.
 *
 * @param {import("./libtorch.mjs").Libtorch} libtorch
 * @param {{ gcc: boolean }} compiler
 * @returns {string[]}
 */
export function linkFlags(libtorch, compiler) {
  const libraries = ["-ltorch_cpu", "-lc10"];
  const common = ["-shared", `-L${libtorch.lib}`, `-Wl,-rpath,${libtorch.lib}`];
  if (process.platform === "darwin") return [...common, "-undefined", "dynamic_lookup", ...libraries];
  return [
    ...common,
    "-pthread",
    "-Wl,--disable-new-dtags",
    ...libraries,
    ...(compiler.gcc ? [openMpLibrary(libtorch.lib)] : []),
  ];
}

// A wheel or archive ships its own libgomp, under some versions with a mangled name. Linking any other one would put
// two OpenMP runtimes, with two thread pools, into the process.
function openMpLibrary(lib) {
  const own = readdirSync(lib).find((name) => /^libgomp\b.*\.so/.test(name));
  return own === undefined ? "-lgomp" : join(lib, own);
}

// libtorch's own headers refuse an older standard with an #error after this test.
function languageStandard(libtorch) {
  for (const folder of libtorch.include) {
    const header = join(folder, "ATen", "ATen.h");
    if (existsSync(header) && /__cplusplus < 202002L/.test(readFileSync(header, "utf8"))) return "c++20";
  }
  return "c++17";
}
