/** A disk that fills up: one line, the checkpoint stays whole, and the run goes on when there is room. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCheckpoint } from "../../src/runs/checkpoint.ts";
import { writeFailure } from "../../src/runs/files.ts";
import { runPaths } from "../../src/runs/run-directory.ts";
import { fakeRun } from "./fake-run.ts";
import { start, startInShell } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";

const STEPS = 120;
const program = new URL("./fake-run-process.ts", import.meta.url);

test("a file that may not grow (ulimit -f, as a stand-in for a full disk): the run fails, and continues", async () => {
  const folder = temporaryFolder();
  const [straight, full] = [join(folder, "straight"), join(folder, "full")];
  await fakeRun(straight, { steps: STEPS, checkpointSeconds: 1000 });
  // Blocks of 512 bytes: room for run.json and some sixty of the events.
  const failed = await startInShell("ulimit -f 64;", program, [full, String(STEPS)]).ended;
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain(
    `cannot write ${runPaths(full).events}: the file would pass the limit on file sizes; raise it (ulimit -f) (EFBIG)`,
  );
  const run = JSON.parse(readFileSync(runPaths(full).run, "utf8"));
  expect(run).toMatchObject({ status: "failed", error: expect.stringContaining("cannot write") });
  const checkpoint = readCheckpoint(full);
  for (const tensor of Object.values(checkpoint?.state.tensors ?? {})) tensor.dispose();
  expect(checkpoint?.events.count).toBeGreaterThan(0);
  expect((await fakeRun(full, { steps: STEPS, checkpointSeconds: 1000 })).status).toBe("finished");
  expect(readFileSync(runPaths(full).events, "utf8")).toBe(readFileSync(runPaths(straight).events, "utf8"));
});

/** A disk of 64 KiB, where the system lets this process make one. */
function tinyDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "archwright-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "archwright-test", folder]).status === 0;
  if (mounted) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = tinyDisk();
afterAll(() => {
  if (disk === undefined) return;
  spawnSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

test.skipIf(disk === undefined)("a disk that is full (skipped where no tmpfs can be mounted)", async () => {
  const full = join(disk as string, "run");
  const failed = await start(program, [full, String(STEPS)]).ended;
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain("the disk is full; free some space (ENOSPC)");
  const checkpoint = readCheckpoint(full);
  for (const tensor of Object.values(checkpoint?.state.tensors ?? {})) tensor.dispose();
  expect(checkpoint?.events.count).toBeGreaterThan(0);
});

test("a full disk is named as one", () => {
  const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(writeFailure("/runs/a/events.jsonl", error)).toMatchObject({
    code: "io",
    message: "cannot write /runs/a/events.jsonl: the disk is full; free some space (ENOSPC)",
  });
});
