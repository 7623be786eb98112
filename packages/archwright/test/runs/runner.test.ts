/** Driving a search: events, status, failures, stopping and continuing. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors } from "@archwright/torch";
import { expect, test } from "vitest";
import { nasbench201Benchmark } from "../../src/benchmarks/nasbench201.ts";
import { readArchitectureFile, readRunFile, runPaths, writeRunFile } from "../../src/runs/run-directory.ts";
import type { ArchitectureFile } from "../../src/runs/run-files.ts";
import { fakeRun } from "./fake-run.ts";
import { temporaryFolder } from "./temporary.ts";

const eventsOf = (directory: string): string => readFileSync(runPaths(directory).events, "utf8");

test("a finished run: status, events, answer with its table's values, report, and no tensor left", async () => {
  const before = liveTensors();
  const directory = join(temporaryFolder(), "run");
  const seen: string[] = [];
  const run = await fakeRun(directory, {
    steps: 6,
    onEvents: (events) => seen.push(...events.map((event) => `${JSON.stringify(event)}\n`)),
  });
  expect(run).toEqual(readRunFile(directory));
  expect(run.status).toBe("finished");
  expect(eventsOf(directory)).toBe(seen.join(""));
  expect(eventsOf(directory)).not.toMatch(/time|second|elapsed/);
  const found = readArchitectureFile(directory) as ArchitectureFile;
  const [answer, validation] = [seen.at(-1), seen.at(-2)].map((line) => JSON.parse(line as string));
  expect(found).toMatchObject({ architecture: answer.architecture, cells: answer.cells, score: validation.score });
  const { metrics } = nasbench201Benchmark.lookup(found.architecture);
  expect(found.benchmark?.metrics).toEqual(metrics);
  // The table lists parameters in millions, with six decimals.
  expect(found.parameters / 1e6).toBeCloseTo(metrics.params as number, 6);
  expect(readdirSync(directory).sort()).toEqual([
    "architecture.json",
    "checkpoint",
    "events.jsonl",
    "report.html",
    "run.json",
  ]);
  expect(liveTensors()).toBe(before);
});

test("stopped between any two steps and continued: the same bytes, and time adds up", async () => {
  const folder = temporaryFolder();
  const [straight, stopped] = [join(folder, "straight"), join(folder, "stopped")];
  await fakeRun(straight, { steps: 5, checkpointSeconds: 1000 });
  let elapsed = 0;
  for (let session = 1; session <= 5; session++) {
    let steps = 0;
    const run = await fakeRun(stopped, {
      steps: 5,
      checkpointSeconds: 1000,
      onStep: () => {
        steps++;
      },
      stopRequested: () => steps === 1,
    });
    expect(run.status).toBe(session === 5 ? "finished" : "interrupted");
    expect(run.elapsedSeconds).toBeGreaterThan(elapsed);
    expect(existsSync(runPaths(stopped).report)).toBe(true);
    elapsed = run.elapsedSeconds;
  }
  expect(eventsOf(stopped)).toBe(eventsOf(straight));
  expect(readArchitectureFile(stopped)).toEqual(readArchitectureFile(straight));
});

test("a failure is recorded and thrown on, and can be continued from the last checkpoint", async () => {
  const folder = temporaryFolder();
  const [straight, failing] = [join(folder, "straight"), join(folder, "failing")];
  await fakeRun(straight, { steps: 5 });
  const failOnce = (done: number): void => {
    if (done === 3) throw new Error("out of memory");
  };
  await expect(fakeRun(failing, { steps: 5, onStep: failOnce })).rejects.toThrow("out of memory");
  expect(readRunFile(failing)).toMatchObject({ status: "failed", error: "out of memory" });
  const run = await fakeRun(failing, { steps: 5 });
  expect(run).not.toHaveProperty("error");
  expect(run.status).toBe("finished");
  expect(eventsOf(failing)).toBe(eventsOf(straight));
});

test("events that were changed since the checkpoint stop a resume, and stay as they are", async () => {
  const directory = join(temporaryFolder(), "run");
  await fakeRun(directory, { steps: 4, stopRequested: () => existsSync(join(directory, "checkpoint")) });
  const changed = eventsOf(directory).replace("proposal", "pr0posal");
  writeFileSync(runPaths(directory).events, changed);
  await expect(fakeRun(directory, { steps: 4 })).rejects.toThrow(/events\.jsonl is damaged/);
  expect(eventsOf(directory)).toBe(changed);
  expect(readRunFile(directory).status).toBe("interrupted");
});

test("a run killed before its first checkpoint begins anew", async () => {
  const folder = temporaryFolder();
  const [straight, begun] = [join(folder, "straight"), join(folder, "begun")];
  await fakeRun(straight, { steps: 3 });
  const stop = (): never => {
    throw new Error("killed");
  };
  await expect(fakeRun(begun, { steps: 3, onStep: stop })).rejects.toThrow("killed");
  writeRunFile(begun, { ...readRunFile(begun), status: "running" });
  writeFileSync(runPaths(begun).events, '{"type":"proposal"');
  await fakeRun(begun, { steps: 3 });
  expect(eventsOf(begun)).toBe(eventsOf(straight));
});
