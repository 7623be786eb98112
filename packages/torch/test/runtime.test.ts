/** The process around the tensors: threads, devices, versions. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import {
  configuration,
  cudaDevices,
  libtorchVersion,
  matmul,
  ones,
  parallelInfo,
  requireDevice,
  scope,
  setThreads,
  synchronize,
  threads,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

test("libtorch says what it is", () => {
  expect(libtorchVersion()).toMatch(/^\d+\.\d+/);
  expect(configuration()).toContain("C++");
  expect(parallelInfo()).toContain("thread");
});

test("threads can be set, and computing goes on", () => {
  const before = threads();
  expect(before).toBeGreaterThanOrEqual(1);
  for (const count of [1, 3, 2]) {
    setThreads(count);
    expect(threads()).toBe(count);
    scope(() => expect(matmul(ones([64, 64]), ones([64, 64])).toArray()).toEqual(new Array(4096).fill(64)));
  }
  setThreads(before);
  for (const count of [0, -1, 0.5, Number.NaN, 1e6]) expect(thrown(() => setThreads(count)).argument).toBe("count");
  expect(threads()).toBe(before);
});

/** Ticks of the processor that each thread of this process has had. */
function ticks(): Map<string, number> {
  const found = readdirSync("/proc/self/task").map((thread): [string, number] => {
    const afterName = readFileSync(`/proc/self/task/${thread}/stat`, "utf8").split(") ")[1] as string;
    return [thread, Number(afterName.split(" ")[11])];
  });
  return new Map(found);
}

test.runIf(process.platform === "linux")("of one thread, products of matrices take one thread", () => {
  const before = threads();
  onTestFinished(() => setThreads(before));
  setThreads(1);
  scope(() => {
    const x = ones([2000, 2000], { dtype: "float64" });
    const start = ticks();
    for (let i = 0; i < 3; i++) expect(matmul(x, x).shape).toEqual([2000, 2000]);
    const spent = Array.from(ticks(), ([thread, now]) => now - (start.get(thread) ?? 0));
    const total = spent.reduce((a, b) => a + b);
    expect(total).toBeGreaterThan(0);
    expect(Math.max(...spent) / total).toBeGreaterThan(0.8);
  });
});

test("devices are checked before use", () => {
  requireDevice("cpu");
  expect(thrown(() => requireDevice("tpu")).argument).toBe("device");
  expect(thrown(() => requireDevice(`cuda:${cudaDevices()}`)).message).toContain("cpu");
  synchronize();
});

test.runIf(process.platform === "linux")("freed memory is kept for the next tensor: no page faults", () => {
  const round = () => scope(() => ones([2048, 2048]).size);
  round();
  const before = process.resourceUsage().minorPageFault;
  for (let i = 0; i < 20; i++) round();
  // A tensor has 4,096 pages of 4 KiB.
  expect(process.resourceUsage().minorPageFault - before).toBeLessThan(4096);
});
