#!/usr/bin/env node
/** The launcher: runs the command line here when this Node can, else in a child on the Node that the packages bring along. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const OLDEST_NODE = [22, 13];
const CONDITION = "--conditions=archwright-source";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "cli", "main.ts");
const fromSource = existsSync(source);
const main = fromSource ? source : join(here, "..", "dist", "cli", "main.js");

const newEnough = isNewEnough(process.versions.node);
const ready =
  !fromSource || process.execArgv.includes(CONDITION) || (process.env.NODE_OPTIONS ?? "").includes(CONDITION);

if (newEnough && ready) {
  silenceExperimentalWarnings();
  await import(pathToFileURL(main).href);
} else {
  const node = newEnough ? process.execPath : packagedNode();
  if (node === undefined) {
    process.stderr.write(
      `archwright: Node ${process.versions.node} is too old, ${OLDEST_NODE.join(".")} or newer is needed; ` +
        "install it, or run `npm install node@24` beside archwright\n",
    );
    process.exitCode = 1;
  } else {
    runIn(node);
  }
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** The binary of the npm package `node`, found from here upwards. */
function packagedNode() {
  for (const folder of createRequire(import.meta.url).resolve.paths("node-package")) {
    const binary = join(folder, "node", "bin", "node");
    if (existsSync(binary)) return binary;
  }
  return undefined;
}

/** Become that Node: by exec where Node has it, else through a child with the same terminal, signals and exit status. */
function runIn(node) {
  const flags = [...process.execArgv, ...(fromSource ? [CONDITION] : []), "--disable-warning=ExperimentalWarning"];
  const args = [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  if (process.execve !== undefined && process.platform !== "win32") process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"]) {
    // A key pressed at the terminal reaches the child by itself; sent again, it would count as pressed twice.
    const fromKeyboard = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
    process.on(signal, () => fromKeyboard || child.kill(signal));
  }
  child.on("error", (error) => {
    process.stderr.write(`archwright: cannot run ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (status, signal) => {
    if (signal === null) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Experimental parts of Node are used on purpose; other warnings stay. */
function silenceExperimentalWarnings() {
  const printers = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") for (const print of printers) print(warning);
  });
}
