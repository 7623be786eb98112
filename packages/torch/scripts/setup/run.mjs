/** Run a program without blocking, so that the lock's heartbeat and parallel compilations go on. */
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Run a program to its end and collect what it prints.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean }} [options] `inherit` shows the output on stderr instead
 * @returns {Promise<{ status: number, stdout: string, output: string }>} status 127 when the program is not there;
 *   `output` is stdout and stderr in the order they came
 */
export function run(program, args, { cwd, env = process.env, inherit = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", inherit ? 2 : "pipe", inherit ? 2 : "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => resolve({ status: 127, stdout, output: output + error.message }));
    child.on("close", (code, signal) => {
      resolve({ status: code ?? 1, stdout, output: signal === null ? output : `${output}killed by ${signal}\n` });
    });
  });
}

/** The full path of a program on the PATH, or undefined. A path given as such is only checked. */
export function which(program, env = process.env) {
  const candidates = isAbsolute(program)
    ? [program]
    : (env.PATH ?? "").split(delimiter).map((folder) => join(folder === "" ? "." : folder, program));
  return candidates.find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
