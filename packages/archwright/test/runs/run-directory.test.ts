/** Run directories: names, refusals, and files that are read only if they are whole. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createRunDirectory,
  defaultRunDirectory,
  readArchitectureFile,
  readRunFile,
  requireFree,
  writeRunFile,
} from "../../src/runs/run-directory.ts";
import { lockRun } from "../../src/runs/run-lock.ts";
import { newRunFile } from "./fake-run.ts";
import { start } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

test("the default name holds time, space, method and seed", () => {
  const request = { space: "nasbench201", method: "zero-cost-pt", seed: 3 };
  expect(defaultRunDirectory(request, new Date("2026-11-22T07:03:05.678Z"))).toBe(
    join("runs", "20261122-070305-nasbench201-zero-cost-pt-3"),
  );
});

test("run.json is read as it was written, and nothing is left beside it", () => {
  const directory = join(temporaryFolder(), "deep", "run");
  createRunDirectory(directory);
  const run = { ...newRunFile(), status: "failed" as const, error: "no luck" };
  writeRunFile(directory, run);
  expect(readRunFile(directory)).toEqual(run);
  expect(readdirSync(directory)).toEqual(["run.json"]);
  expect(readArchitectureFile(directory)).toBeUndefined();
});

test("a directory that holds anything is not used; an empty one is", () => {
  const folder = temporaryFolder();
  const run = join(folder, "run");
  createRunDirectory(run);
  expect(() => createRunDirectory(run)).not.toThrow();
  writeRunFile(run, newRunFile());
  expect(() => createRunDirectory(run)).toThrow(
    `${run} already holds a run; continue it with \`archwright search --resume ${run}\`, or choose another --out`,
  );
  expect(() => requireFree(folder)).toThrow(`${folder} exists and is not empty; choose another --out`);
  expect(() => requireFree(join(run, "run.json"))).toThrow("is a file");
  expect(() => createRunDirectory(join(run, "run.json", "below"))).toThrow(
    /^cannot write .*below: a part of the path is a file/,
  );
});

test("what is no run, damaged, or of another version is refused in one line", () => {
  const directory = temporaryFolder();
  const path = join(directory, "run.json");
  expect(() => readRunFile(join(directory, "nowhere"))).toThrow("does not exist; give the directory of a run");
  expect(() => readRunFile(directory)).toThrow("is no run directory: it has no run.json");
  writeFileSync(path, '{"format":1');
  expect(() => readRunFile(directory)).toThrow(`${path} is damaged: it is not JSON`);
  writeFileSync(path, "null");
  expect(() => readRunFile(directory)).toThrow(`${path} has format none`);
  writeFileSync(path, JSON.stringify({ ...newRunFile(), format: 3 }));
  expect(() => readRunFile(directory)).toThrow(`${path} has format 3, this version of archwright reads format 1 and 2`);
  writeFileSync(path, JSON.stringify({ ...newRunFile(), elapsedSeconds: "long" }));
  expect(() => readRunFile(directory)).toThrow(/run\.json is damaged: elapsedSeconds: .*number/);
});

test("one process at a time: the lock of a living one is respected, that of a dead one is not", async () => {
  const directory = temporaryFolder();
  mkdirSync(join(directory, "run"));
  const holder = new URL("./hold-lock.ts", import.meta.url);
  const { child, said, ended } = start(holder, [directory]);
  await said(/locked/);
  expect(() => lockRun(directory)).toThrow(
    `${directory} is in use by process ${child.pid}; wait for it, or stop it first`,
  );
  child.kill("SIGKILL");
  await ended;
  const unlock = lockRun(directory);
  expect(readdirSync(directory).sort()).toEqual(["lock", "run"]);
  unlock();
  expect(readdirSync(directory)).toEqual(["run"]);
});
