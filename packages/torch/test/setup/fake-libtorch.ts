/** Folders that look like a libtorch to setup: the headers it reads, and libraries with a few telling bytes. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface FakeOptions {
  /** Default "2.7.1". */
  readonly version?: string;
  readonly cuda?: boolean;
  /** Built with the std::string of before GCC 5, as wheels up to 2.6 were. */
  readonly oldAbi?: boolean;
  /** More files in `lib/`. */
  readonly libraries?: readonly string[];
}

/** Makes `prefix/include` and `prefix/lib`, and returns the prefix. */
export function fakeLibtorch(
  prefix: string,
  { version = "2.7.1", cuda = false, oldAbi = false, libraries = [] }: FakeOptions = {},
): string {
  const [major, minor, patch] = version.split(".");
  const numbers = [`MAJOR ${major}`, `MINOR ${minor}`, `PATCH ${patch}`].map(
    (part) => `#define TORCH_VERSION_${part}\n`,
  );
  write(join(prefix, "include", "ATen", "ATen.h"), "");
  write(join(prefix, "include", "torch", "csrc", "api", "include", "torch", "torch.h"), "");
  write(join(prefix, "include", "torch", "csrc", "api", "include", "torch", "version.h"), numbers.join(""));
  const string = oldAbi ? "Ss" : "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
  write(join(prefix, "lib", `libc10.${SUFFIX}`), `\0_ZN3c105ErrorC2ENS_14SourceLocationE${string}\0`);
  write(join(prefix, "lib", `libtorch_cpu.${SUFFIX}`), version);
  if (cuda) write(join(prefix, "lib", `libtorch_cuda.${SUFFIX}`), "");
  for (const name of libraries) write(join(prefix, "lib", name), "");
  return prefix;
}

const SUFFIX = process.platform === "darwin" ? "dylib" : "so";

/** Writes an executable shell script, and returns its path. */
export function script(file: string, body: string): string {
  write(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Writes a file, making its folder. */
export function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
