/** Batch norm and ReLU of values that carry derivatives along, against differentiating the library's operators twice. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hyperDualNorm, scope, zeros } from "../src/index.ts";
import { cases } from "./support/hyper-dual-cases.ts";
import "./support/leaks.ts";

test.each(["avx512", "avx2", "default"])("on processors up to %s", (capability) => {
  const file = fileURLToPath(new URL("./support/programs/hyper-dual-kernels.ts", import.meta.url));
  const flags = ["--conditions=archwright-source", "--disable-warning=ExperimentalWarning"];
  const env = { ...process.env, ATEN_CPU_CAPABILITY: capability };
  const child = spawnSync(process.execPath, [...flags, file], { encoding: "utf8", timeout: 60_000, env });
  expect(child.stderr).toBe("");
  const errors = JSON.parse(child.stdout) as Record<string, number>;
  expect(Object.keys(errors)).toEqual(cases.map(({ name }) => name));
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
});

test("a batch that is not four minibatches is refused", () => {
  scope(() => {
    expect(() => hyperDualNorm(zeros([6, 4, 2, 2]), undefined, undefined, 1e-5)).toThrow(/4 minibatches|channels-last/);
    expect(() => hyperDualNorm(zeros([8, 1, 2, 2]), zeros([3]), undefined, 1e-5)).toThrow(/must have 1 elements/);
  });
});
