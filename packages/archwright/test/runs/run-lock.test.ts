/** Locks: one process at a time, and none that outlives its process. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFile } from "../../src/runs/run-lock.ts";
import { start } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

const holder = new URL("./hold-lock.ts", import.meta.url);

test("is refused while another process holds it, and free when that is killed", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "lock");
  const { child, said, ended } = start(holder, [folder]);
  await said(/locked/);
  const held = readFileSync(path, "utf8");
  expect(() => lockFile(path, "the table t.csv")).toThrow(
    `the table t.csv is in use by process ${child.pid}; wait for it, or stop it first`,
  );
  expect(readFileSync(path, "utf8")).toBe(held);
  child.kill("SIGKILL");
  await ended;
  const unlock = lockFile(path, "the table t.csv");
  expect(readFileSync(path, "utf8").startsWith(`${process.pid} `)).toBe(true);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["of a process that is gone", "999999999 1\n"],
  ["of a later process of the same number", `${process.ppid} 1\n`],
  ["that is empty", ""],
  ["that is no lock", "x y z"],
])("one %s is taken over", (_, content) => {
  const path = join(temporaryFolder(), "lock");
  writeFileSync(path, content);
  const unlock = lockFile(path, "it");
  expect(readFileSync(path, "utf8").startsWith(`${process.pid} `)).toBe(true);
  unlock();
  expect(existsSync(path)).toBe(false);
});

test("one that cannot be made says why", () => {
  expect(() => lockFile(join(temporaryFolder(), "nowhere", "lock"), "it")).toThrow(/^cannot write .*lock/);
});
