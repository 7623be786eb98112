/** The process around the tensors: threads, devices, versions. */
import { expect, test } from "vitest";
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
