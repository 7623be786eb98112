/** A run that is killed at any moment and continued ends in the bytes of one never stopped. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { type Checkpoint, readCheckpoint } from "../../src/runs/checkpoint.ts";
import { readRunFile, runPaths } from "../../src/runs/run-directory.ts";
import { fakeRun } from "./fake-run.ts";
import { start } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

const STEPS = 200;
/** Eleven processes load libtorch in turn: a second each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };
const program = new URL("./fake-run-process.ts", import.meta.url);

test("SIGKILL at ten random moments, then continued: the same events and the same answer", PATIENT, async () => {
  const folder = temporaryFolder();
  const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
  await fakeRun(straight, { steps: STEPS, checkpointSeconds: 1000 });

  const random = Random.stream(11, "kill");
  for (let kill = 0; kill < 10; kill++) {
    const { child, said, ended } = start(program, [killed, String(STEPS)]);
    await said(new RegExp(`(step \\d+\n){${2 + random.integer(6)}}`));
    await new Promise((resolve) => setTimeout(resolve, 10 * random.uniform()));
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
  }
  expect(readRunFile(killed).status).toBe("running");
  const { state } = readCheckpoint(killed) as Checkpoint;
  for (const tensor of Object.values(state.tensors)) tensor.dispose();
  const { done } = state.json as { done: number };
  expect(done).toBeGreaterThanOrEqual(10);
  expect(done).toBeLessThan(STEPS);

  const last = await start(program, [killed, String(STEPS)]).ended;
  expect(last).toMatchObject({ status: 0, stderr: "" });
  expect(readRunFile(killed).status).toBe("finished");
  for (const file of ["events", "architecture"] as const) {
    expect(readFileSync(runPaths(killed)[file], "utf8")).toBe(readFileSync(runPaths(straight)[file], "utf8"));
  }
});
