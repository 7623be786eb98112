/** Whole processes: memory in loops, worker threads, exits. Each runs a program of support/programs. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MEBIBYTE = 2 ** 20;

/** Runs a program to its end; returns its last line of output, parsed. */
function run(program: string, ...args: string[]): unknown {
  const file = fileURLToPath(new URL(`./support/programs/${program}.ts`, import.meta.url));
  const flags = ["--conditions=archwright-source", "--disable-warning=ExperimentalWarning"];
  const child = spawnSync(process.execPath, [...flags, file, ...args], { encoding: "utf8", timeout: 60_000 });
  expect({ status: child.status, signal: child.signal, stderr: child.stderr }).toEqual({
    status: 0,
    signal: null,
    stderr: "",
  });
  return JSON.parse(child.stdout.trim().split("\n").at(-1) as string);
}

test("a loop without scopes does not grow: finalizers run inside it", () => {
  const { growth, peak } = run("memory-loop") as { growth: number; peak: number };
  // 1,500 tensors of a megabyte would be 1.5 GB.
  expect(growth).toBeLessThan(400 * MEBIBYTE);
  expect(peak).toBeLessThan(1000 * MEBIBYTE);
});

test("the garbage collector is called for tensors that no scope frees, and for no others", () => {
  expect(run("memory-collections", "scoped")).toEqual({ collections: 0 });
  const { collections } = run("memory-collections", "loose") as { collections: number };
  expect(collections).toBeGreaterThan(0);
});

test("a loop of expanded tensors is not taken for petabytes", () => {
  expect(run("memory-expand")).toEqual({ made: 2000 });
});

test("a loop of tensors that share JavaScript memory gives it back", () => {
  const { growth } = run("memory-share") as { growth: number };
  expect(growth).toBeLessThan(400 * MEBIBYTE);
});

test("several workers load the addon, compute and end; the main thread never loads it", () => {
  expect(run("workers", "4")).toEqual({ sums: [1, 2, 3, 4].map((i) => i * 100), exits: [0, 0, 0, 0] });
});

test("workers and the main thread compute side by side with their own threads, gradients and counts", () => {
  expect(run("workers-and-main")).toEqual({ main: 49, worker: 49, mainGrad: true, mainLive: 0, mainThreads: 1 });
});

test.each(["live", "worker-live", "terminate", "exit-in-worker", "throw-in-scope"])(
  "exit with %s tensors is clean",
  (how) => {
    expect(run("exit", how)).toEqual({ how });
  },
);
