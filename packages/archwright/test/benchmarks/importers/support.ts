/** Writes files and imports them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../../../src/benchmarks/benchmark.ts";
import { importTable } from "../../../src/benchmarks/importers/build.ts";
import { findTableFormat } from "../../../src/benchmarks/importers/registry.ts";
import { openTable } from "../../../src/benchmarks/tables/read.ts";
import { temporaryFolder } from "../../runs/temporary.ts";

/** A file of this content, for the length of the test. */
export function file(content: string | Uint8Array, name = "file"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The table that a format makes of a file. */
export function imported(format: string, path: string, space?: string): Benchmark {
  const { bytes } = importTable({ format: findTableFormat(format), path, ...(space === undefined ? {} : { space }) });
  return openTable(file(bytes, "table.awt"));
}

/** The message with which an import fails. */
export function refusal(format: string, content: string | Uint8Array, space?: string): string {
  try {
    imported(format, file(content), space);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the file was accepted");
}
