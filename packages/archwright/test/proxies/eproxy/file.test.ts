/** Configurations in files, as proxies. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fitnessOf } from "../../../src/proxies/fitness.ts";
import { rankingOf } from "../../../src/proxies/rankings.ts";
import { findProxies, findProxy } from "../../../src/proxies/registry.ts";
import { zeroCostPerturbation } from "../../../src/selections/zero-cost-perturbation.ts";
import { small } from "./support.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "Eproxy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

it("a path is a proxy, whose name says where it lies and what it said", () => {
  const path = write("Mine.json", small());
  const proxy = findProxy(path);
  expect(proxy.name).toMatch(/\/Mine\.json#[0-9a-f]{8}$/);
  expect(proxy).toMatchObject({ direction: "lower", backbone: true, batch: 16 });
  expect(findProxy(proxy.name).name).toBe(proxy.name);
  // What is written otherwise and means the same is the same proxy.
  write("Mine.json", JSON.stringify(small(), null, 4));
  expect(findProxy(path).name).toBe(proxy.name);
  write("Mine.json", small({ learningRate: 0.7 }));
  expect(findProxy(path).name).not.toBe(proxy.name);
  expect(() => findProxy(proxy.name)).toThrow(/Mine\.json has changed since \([0-9a-f]{8}, now [0-9a-f]{8}\)/);
});

it("it can be part of a sum, a fitness, and the score of a selection", () => {
  const path = write("part.json", small());
  const { name } = findProxy(path);
  expect(findProxies([`${path}+synflow`]).map((proxy) => proxy.name)).toEqual([name, "synflow"]);
  expect(rankingOf(` ${path}`).members).toEqual([name]);
  expect(fitnessOf(path)).toMatchObject({ name, label: `−${name}`, single: true });
  expect(zeroCostPerturbation.settings.parse({ score: path })).toMatchObject({ score: name });
});

it("says what is wrong with a file", () => {
  expect(() => findProxy(join(folder, "none.json"))).toThrow(/cannot read the proxy .*none\.json \(ENOENT\)/);
  expect(() => findProxy(write("text.json", "{"))).toThrow(/text\.json is no proxy: it is not JSON/);
  expect(() => findProxy(write("other.json", { eproxy: 2, branches: [] }))).toThrow(
    /other\.json is no proxy: eproxy: /,
  );
  expect(() => findProxy(write("typo.json", { ...small(), learningrate: 1 }))).toThrow(
    /typo\.json is no proxy: .*learningrate/,
  );
  expect(() =>
    findProxy(write("kernel.json", { eproxy: 1, branches: [{ head: { kernel: 2 }, targets: [] }] })),
  ).toThrow(/kernel\.json is no proxy: branches\.0\.head\.kernel: /);
});
