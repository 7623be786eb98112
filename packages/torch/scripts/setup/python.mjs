/** Ask the Python on the PATH where its torch is, and remember the answer while nothing that decides it has changed. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { run, which } from "./run.mjs";

// Finding the package costs milliseconds; importing it costs seconds.
const WHERE = `
import importlib.util, json, sys
spec = importlib.util.find_spec("torch")
there = spec is not None and spec.origin is not None
print(json.dumps({"prefixes": [spec.submodule_search_locations[0], sys.prefix] if there else [], "path": sys.path}))
`;

const VARIABLES = ["PYENV_VERSION", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME"];

/**
 * @param {{ env?: NodeJS.ProcessEnv, memo?: string }} [options] `memo`: file for the remembered answer
 * @returns {Promise<{ prefixes: string[], reason: string }>} the package's folder, then the environment's (where conda
 *   keeps the libraries); none when there is no torch, and why
 */
export async function pythonPrefixes({ env = process.env, memo } = {}) {
  const python = which("python3", env);
  if (python === undefined) return { prefixes: [], reason: "no python3 on the PATH" };
  const asked = JSON.stringify([python, ...VARIABLES.map((name) => env[name] ?? "")]);
  let answer = remembered(memo, asked);
  if (answer === undefined) {
    // From "/" because Python looks in the working folder first, and this repository has a folder named torch.
    const { status, stdout } = await run(python, ["-c", WHERE], { cwd: "/", env });
    if (status !== 0) return { prefixes: [], reason: `${python} does not run (exit status ${status})` };
    answer = JSON.parse(stdout);
    if (memo !== undefined) remember(memo, asked, answer, watchedFiles(python, env, answer.path));
  }
  return { prefixes: answer.prefixes, reason: `${python} has no torch` };
}

// Installing or removing a package changes the modification time of its folder on the path.
function watchedFiles(python, env, path) {
  const pyenv = join(env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "version");
  return [python, pyenv, ...path.filter((folder) => folder !== "")];
}

function remembered(memo, asked) {
  try {
    const { asked: before, watched, answer } = JSON.parse(readFileSync(memo, "utf8"));
    const unchanged = Object.entries(watched).every(([file, time]) => modified(file) === time);
    return before === asked && unchanged ? answer : undefined;
  } catch {
    return undefined;
  }
}

function remember(memo, asked, answer, files) {
  const watched = Object.fromEntries(files.map((file) => [file, modified(file)]));
  mkdirSync(dirname(memo), { recursive: true });
  const partial = `${memo}.${process.pid}.tmp`;
  writeFileSync(partial, JSON.stringify({ asked, watched, answer }));
  renameSync(partial, memo);
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
