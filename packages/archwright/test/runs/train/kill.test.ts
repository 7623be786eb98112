/** A training that is killed and continued ends in the weights of one never stopped; a full disk keeps the last checkpoint. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../../../src/random.ts";
import { readCheckpoint } from "../../../src/runs/checkpoint.ts";
import { readTrainFile } from "../../../src/runs/train/train-file.ts";
import { start, startInShell } from "../processes.ts";
import { temporaryFolder } from "../temporary.ts";

const program = new URL("./train-process.ts", import.meta.url);

test("SIGKILL twice: the same events, weights and best weights, with auxiliary head and drop-path", {
  timeout: 240_000,
}, async () => {
  const folder = temporaryFolder();
  const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
  const whole = start(program, [straight]).ended;
  const random = Random.stream(3, "kill");
  for (let kill = 0; kill < 2; kill++) {
    const { child, said, ended } = start(program, [killed]);
    await said(/stepping/);
    await new Promise((resolve) => setTimeout(resolve, 700 * random.uniform()));
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
  }
  expect(readTrainFile(killed).status).toBe("running");
  expect(await start(program, [killed]).ended).toMatchObject({ status: 0, stderr: "" });
  expect(await whole).toMatchObject({ status: 0, stderr: "" });
  for (const file of ["events.jsonl", "model/model.json", "model/last.safetensors", "model/best.safetensors"]) {
    expect(readFileSync(join(killed, file)).equals(readFileSync(join(straight, file))), file).toBe(true);
  }
  const report = readFileSync(join(killed, "report.html"), "utf8");
  expect(report).toContain("How good it is");
  expect(report).not.toContain('http-equiv="refresh"');
});

test("a disk that fills up ends the training in one line; its last checkpoint can be read", {
  timeout: 120_000,
}, async () => {
  const out = join(temporaryFolder(), "full");
  // Blocks of 512 bytes: room for train.json and the report, not for the weights of a checkpoint.
  const failed = await startInShell("ulimit -f 300;", program, [out]).ended;
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain("the file would pass the limit on file sizes");
  expect(readTrainFile(out)).toMatchObject({ status: "failed", error: expect.stringContaining("cannot write") });
  expect(existsSync(join(out, "checkpoint-new"))).toBe(false);
  expect(readCheckpoint(out)).toBeUndefined();
  expect(await start(program, [out]).ended).toMatchObject({ status: 0 });
  expect(readTrainFile(out).status).toBe("finished");
});
