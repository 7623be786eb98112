/** Install what was not found: libtorch by apt as root on Debian or Ubuntu, else its official archive; a compiler by apt. */
import { aptInstall, canApt, LIBTORCH_PACKAGES } from "./apt.mjs";
import { chooseArchive, fetchArchive } from "./archive.mjs";
import { SetupError } from "./errors.mjs";

/** Every way to give setup a libtorch, for the error when none worked. */
const REMEDIES = [
  "set LIBTORCH to a folder that holds libtorch's include/ and lib/ (1.13 or newer)",
  "put a python3 that has torch on the PATH (pip install torch)",
  `on Debian or Ubuntu: sudo apt-get install -y ${LIBTORCH_PACKAGES.join(" ")}`,
  "set ARCHWRIGHT_LIBTORCH_URL and ARCHWRIGHT_LIBTORCH_SHA256 to a libtorch archive and its SHA-256, then run setup again",
];

/**
 * @param {{ env?: NodeJS.ProcessEnv, downloads: string, considered: import("./discover.mjs").Considered[],
 *   log?: (line: string) => void }} options
 * @throws {SetupError} that says what was looked at, what was tried, and lists the remedies
 */
export async function installLibtorch({ env = process.env, downloads, considered, log = () => {} }) {
  const tried = [];
  const attempts = [
    ...(canApt(env) ? [() => aptInstall(LIBTORCH_PACKAGES, { env, log })] : []),
    () => fetchArchive(chooseArchive(env), downloads, log),
  ];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      tried.push(error.output.trim() === "" ? error.message : `${error.message}: ${lastLine(error.output)}`);
    }
  }
  const looked = considered.map(({ source, reason }) => `looked at ${source}: ${reason}`);
  throw new SetupError("no libtorch found, and it could not be installed", {
    output: [...looked, ...tried.map((line) => `tried: ${line}`)].join("\n"),
    remedies: REMEDIES,
  });
}

/**
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} [options]
 * @throws {SetupError} where setup may not install a compiler
 */
export async function installCompiler({ env = process.env, log = () => {} } = {}) {
  if (canApt(env)) return await aptInstall(["g++"], { env, log });
  const command = process.platform === "darwin" ? "xcode-select --install" : "sudo apt-get install -y g++";
  throw new SetupError("no C++ compiler on the PATH", { remedies: [command, "or set CXX to a C++ compiler"] });
}

function lastLine(text) {
  return text.trim().split("\n").at(-1);
}
