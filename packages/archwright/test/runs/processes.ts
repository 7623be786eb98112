/** Running TypeScript programs of this repository as processes, on a Node that can. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const [major = 0] = process.versions.node.split(".").map(Number);
const packagedNode = fileURLToPath(new URL("../../../../node_modules/node/bin/node", import.meta.url));
const node = major >= 24 ? process.execPath : packagedNode;
const flags = ["--conditions=archwright-source", "--disable-warning=ExperimentalWarning"];

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when the text has appeared on stdout or stderr. */
  readonly said: (text: RegExp) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `program` (a file URL or path) with arguments. */
export function start(
  program: URL,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Started {
  return watch(spawn(node, [...flags, fileURLToPath(program), ...args], { ...options, ...pipes }));
}

/** Starts it through a shell, after `prefix` (such as `ulimit -f 10;`). */
export function startInShell(prefix: string, program: URL, args: readonly string[]): Started {
  const words = [node, ...flags, fileURLToPath(program), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return watch(spawn("sh", ["-c", `${prefix} exec ${words.join(" ")}`], pipes));
}

const pipes = { stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"] };

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Started {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, "close").then(([status, signal]) => ({ status, signal, ...output }) as Ended);
  const said = async (text: RegExp): Promise<void> => {
    while (!text.test(output.stdout) && !text.test(output.stderr)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`ended without ${text}: ${output.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { child, said, ended };
}
