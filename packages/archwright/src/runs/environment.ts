/** What a run was made with: versions and machine, as run.json records them. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { RunFile } from "./run-files.ts";

/** Version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** `libtorch` is the loaded library's version. */
export const currentVersions = (libtorch: string): RunFile["versions"] => ({
  archwright: packageVersion(),
  libtorch,
  node: process.versions.node,
});

export const currentMachine = (): RunFile["machine"] => ({
  cpu: cpus()[0]?.model.trim() || process.arch,
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  platform: `${process.platform} ${process.arch}`,
});
