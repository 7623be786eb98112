/** A run directory: making one, and reading and replacing its JSON files. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { ArchwrightError } from "../errors.ts";
import { makeParents, readableJson, replaceFile, writeFailure } from "./files.ts";
import { runOfFirstFormat } from "./first-format.ts";
import { type ArchitectureFile, architectureFile, type RunFile, runFile } from "./run-files.ts";

/** Where the parts of a run lie. */
export const runPaths = (directory: string) => ({
  run: join(directory, "run.json"),
  events: join(directory, "events.jsonl"),
  architecture: join(directory, "architecture.json"),
  report: join(directory, "report.html"),
});

/** `runs/20261122-070303-nasbench201-zero-cost-pt-0`, of the time in UTC. */
export function defaultRunDirectory(request: { space: string; method: string; seed: number }, time: Date): string {
  const stamp = time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const name = `${stamp}-${request.space}-${request.method}-${request.seed}`;
  for (let i = 1; ; i++) {
    const directory = join("runs", i === 1 ? name : `${name}-${i}`);
    if (!existsSync(directory)) return directory;
  }
}

/** Throws `ArchwrightError("run")` unless a run can be made at `directory`: nothing is there, or an empty folder. */
export function requireFree(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory())
    throw new ArchwrightError("run", `${directory} is a file; choose another --out`);
  if (existsSync(runPaths(directory).run)) {
    throw new ArchwrightError(
      "run",
      `${directory} already holds a run; continue it with \`archwright search --resume ${directory}\`, or choose another --out`,
      { details: { directory } },
    );
  }
  if (readdirSync(directory).length > 0) {
    throw new ArchwrightError("run", `${directory} exists and is not empty; choose another --out`, {
      details: { directory },
    });
  }
}

/** Makes the directory of a new run, with the folders above it. */
export function createRunDirectory(directory: string): void {
  makeParents(directory);
  try {
    mkdirSync(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw writeFailure(directory, cause);
    requireFree(directory);
  }
}

export const writeRunFile = (directory: string, run: RunFile): void =>
  replaceFile(runPaths(directory).run, readableJson(run));

export const writeArchitectureFile = (directory: string, found: ArchitectureFile): void =>
  replaceFile(runPaths(directory).architecture, readableJson(found));

/** `run.json`, checked. Throws `ArchwrightError("run")` if the directory holds no run, a damaged or a newer one. */
export function readRunFile(directory: string): RunFile {
  const run = readJson(runPaths(directory).run, runFile, [1, 2]);
  if (run !== undefined) return run.format === 1 ? runOfFirstFormat(run, directory) : run;
  const why = existsSync(directory) ? "is no run directory: it has no run.json" : "does not exist";
  throw new ArchwrightError("run", `${directory} ${why}; give the directory of a run`, { details: { directory } });
}

/** `architecture.json`, checked; undefined while the run has no answer. */
export const readArchitectureFile = (directory: string): ArchitectureFile | undefined =>
  readJson(runPaths(directory).architecture, architectureFile, [1]);

/** A JSON file of one of `formats`, checked; undefined if it is not there. Throws `ArchwrightError("run")` if it is damaged or newer. */
export function readJson<T extends z.ZodType>(
  path: string,
  schema: T,
  formats: readonly number[] = [1],
): z.infer<T> | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ArchwrightError("run", `cannot read ${path}: ${message}`, { cause });
  }
  const value = parse(text);
  if (value === undefined) throw new ArchwrightError("run", `${path} is damaged: it is not JSON`);
  const format = (value as { format?: unknown } | null)?.format;
  if (!formats.includes(format as number)) {
    const [given, known] = [JSON.stringify(format) ?? "none", formats.join(" and ")];
    throw new ArchwrightError("run", `${path} has format ${given}, this version of archwright reads format ${known}`);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  throw new ArchwrightError("run", `${path} is damaged: ${where}: ${issue?.message}`, { cause: checked.error });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
