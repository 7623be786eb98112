/** Programs of the tests on processors that can do less than this one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** What libtorch and our kernels may use at most, and the instruction sets that it takes. */
const needs = {
  avx512: ["avx512f", "avx512bw", "avx512dq", "avx512vl"],
  avx2: ["avx2", "fma"],
  default: [],
} as const;

export type Capability = keyof typeof needs;
export const capabilities = Object.keys(needs) as Capability[];

const flags = new Set((existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "").split(/\s+/));

/** Asked for more than there is, libtorch runs into an illegal instruction. */
export const hasProcessor = (capability: Capability): boolean => needs[capability].every((flag) => flags.has(flag));

/** What a program of `programs/` prints as JSON: the largest error of each case. */
export function errorsOn(capability: Capability, program: string): Record<string, number> {
  const file = fileURLToPath(new URL(`./programs/${program}`, import.meta.url));
  const options = ["--conditions=archwright-source", "--disable-warning=ExperimentalWarning"];
  const env = { ...process.env, ATEN_CPU_CAPABILITY: capability };
  const child = spawnSync(process.execPath, [...options, file], { encoding: "utf8", timeout: 60_000, env });
  expect(child.stderr).toBe("");
  return JSON.parse(child.stdout) as Record<string, number>;
}
