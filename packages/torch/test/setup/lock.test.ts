/** The lock of setup: one holder at a time, released on failure, taken over from a holder that died. */
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withLock } from "./modules.ts";
import { scratch } from "./scratch.ts";

it("lets one work at a time, and tells the others whom they wait for", async () => {
  const file = join(scratch(), "lock");
  let inside = 0;
  let most = 0;
  const waits: string[] = [];
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(30);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(file, work, (holder) => waits.push(holder))));
  expect(most).toBe(1);
  expect(waits).toEqual([`${process.pid}`, `${process.pid}`]);
  expect(existsSync(file)).toBe(false);
});

it("is released when the work fails", async () => {
  const file = join(scratch(), "lock");
  await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(file)).toBe(false);
});

it.each([
  ["whose process is gone", "999999999", 5],
  ["that has not touched it for long", `${process.pid}`, 60],
])("is taken from a holder %s", async (_name, holder, secondsAgo) => {
  const file = join(scratch(), "lock");
  writeFileSync(file, holder);
  const then = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(file, then, then);
  expect(await withLock(file, async () => "done")).toBe("done");
});
