/** A real search that is killed at random moments and continued, beside the same search left alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { Random } from "../../src/random.ts";
import { readRunFile } from "../../src/runs/run-directory.ts";
import { start } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

const program = new URL("./real-run-process.ts", import.meta.url);

/**
 * Kills the search by `method` with the hyperparameters `set` by SIGKILL `kills` times, at most `span` milliseconds into its steps, and
 * lets it end: its events and its answer must be those of the search that was never stopped, byte for byte.
 */
export async function expectSameAfterKills(
  method: string,
  kills: number,
  span: number,
  set: Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = temporaryFolder();
  const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
  const settings = JSON.stringify(set);
  const whole = start(program, [straight, method, settings]).ended;
  const random = Random.stream(3, "kill");
  for (let kill = 0; kill < kills; kill++) {
    const { child, said, ended } = start(program, [killed, method, settings]);
    await said(/stepping/);
    await new Promise((resolve) => setTimeout(resolve, span * random.uniform()));
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
  }
  expect(readRunFile(killed).status).toBe("running");
  expect(await start(program, [killed, method, settings]).ended).toMatchObject({ status: 0, stderr: "" });
  expect(await whole).toMatchObject({ status: 0, stderr: "" });
  for (const file of ["events.jsonl", "architecture.json"]) {
    expect(readFileSync(join(killed, file), "utf8")).toBe(readFileSync(join(straight, file), "utf8"));
  }
}
