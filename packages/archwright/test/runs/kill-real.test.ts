/** A real search that is killed and continued ends in the bytes of one never stopped. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { readRunFile } from "../../src/runs/run-directory.ts";
import { start } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

/** Five processes load libtorch in turn: seconds each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };
const program = new URL("./real-run-process.ts", import.meta.url);

test("Zero-Cost-PT on NAS-Bench-201, SIGKILL three times: the same events and the same answer", PATIENT, async () => {
  const folder = temporaryFolder();
  const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
  const whole = start(program, [straight]).ended;
  const random = Random.stream(3, "kill");
  for (let kill = 0; kill < 3; kill++) {
    const { child, said, ended } = start(program, [killed]);
    await said(/stepping/);
    await new Promise((resolve) => setTimeout(resolve, 400 * random.uniform()));
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
  }
  expect(readRunFile(killed).status).toBe("running");
  expect(await start(program, [killed]).ended).toMatchObject({ status: 0, stderr: "" });
  expect(await whole).toMatchObject({ status: 0, stderr: "" });
  for (const file of ["events.jsonl", "architecture.json"]) {
    expect(readFileSync(join(killed, file), "utf8")).toBe(readFileSync(join(straight, file), "utf8"));
  }
});
