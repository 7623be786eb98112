/** Processes that score: one that is killed is replaced; what kills two is given up, and the rest goes on. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ScoringTask } from "../../../src/runs/score/messages.ts";
import { ScoringPool } from "../../../src/runs/score/pool.ts";
import { resumeScoring, scoreArchitectures } from "../../../src/runs/score/run-scoring.ts";
import { temporaryFolder } from "../temporary.ts";

const children = vi.hoisted(() => [] as ChildProcess[]);

vi.mock("node:child_process", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:child_process")>();
  const fork = (...args: Parameters<typeof original.fork>): ChildProcess => {
    const child = original.fork(...args);
    children.push(child);
    return child;
  };
  return { ...original, fork };
});

const IMAGES = 8;
const SIZE = 16;
const task: ScoringTask = {
  space: "nasbench201",
  network: "search",
  proxies: ["params", "snip"],
  block: {
    images: Float32Array.from({ length: IMAGES * SIZE * SIZE * 3 }, (_, i) => Math.sin(i)),
    labels: Int32Array.from({ length: IMAGES }, (_, i) => i),
    count: IMAGES,
    height: SIZE,
    width: SIZE,
  },
  imageSize: SIZE,
  classes: 10,
  seed: 1,
  device: "cpu",
};
const cells = ["nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3"].map(
  (operation) => `|${operation}~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_3x3~2|`,
) as [string, string, string];
const never = () => false;
/** Processes load libtorch: a second each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };

async function startPool(changes: Partial<ScoringTask> = {}, size = 1): Promise<ScoringPool> {
  children.length = 0;
  const pool = await ScoringPool.start({ ...task, ...changes }, size);
  onTestFinished(() => pool[Symbol.asyncDispose]());
  return pool;
}

const alive = (): ChildProcess[] =>
  children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);

test(
  "what is scored when its process is killed is scored again, to the same; twice, it is given up",
  PATIENT,
  async () => {
    const pool = await startPool();
    const [first, second, third] = cells;
    const expected = await pool.score(first, never);
    expect(expected?.scores.every((value) => Number.isFinite(value))).toBe(true);
    expect(pool.libtorch).toMatch(/^\d+\.\d+/);

    const again = pool.score(first, never);
    // Once it has been told, which is before the next turn of the event loop.
    await new Promise(setImmediate);
    children.at(-1)?.kill("SIGKILL");
    expect(await again).toEqual(expected);
    expect(children.length).toBe(2);

    // The process that replaces a killed one is killed as well, as soon as it is there.
    const doomed = pool.score(second, never);
    await new Promise(setImmediate);
    children.at(-1)?.kill("SIGKILL");
    await vi.waitUntil(() => children.length === 3, { timeout: 60_000 });
    children.at(-1)?.once("message", () => setImmediate(() => children.at(-1)?.kill("SIGKILL")));
    expect(await doomed).toEqual({
      scores: [undefined, undefined],
      note: "the process that scored it ended twice (SIGKILL), probably for want of memory: try fewer --workers or a smaller --batch",
    });
    expect((await pool.score(third, never))?.scores.every((value) => Number.isFinite(value))).toBe(true);
    expect(children.length).toBe(4);
    await pool[Symbol.asyncDispose]();
    expect(alive()).toEqual([]);
  },
);

test(
  "processes that are told to stop by the terminal finish what they score; a wrong task leaves none behind",
  PATIENT,
  async () => {
    const pool = await startPool({}, 2);
    const scored = cells.map((text) => pool.score(text, never));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) for (const child of children) child.kill(signal);
    const together = await Promise.all(scored);
    expect(together.map((scores) => scores?.scores.length)).toEqual([2, 2, 2]);
    expect(await pool.score(cells[0], () => true)).toBeUndefined();
    // One after the other in one process gives the same.
    expect(await pool.score(cells[2], never)).toEqual(together[2]);
    await expect(pool.score("no cell", never)).rejects.toMatchObject({ name: "ArchwrightError", code: "architecture" });
    await expect(ScoringPool.start({ ...task, proxies: ["snipp"] }, 1)).rejects.toThrow('did you mean "snip"?');
    expect(alive().length).toBe(2);
  },
);

test(
  "a signal that also ends processes while they start stops the scoring; without one it is an error",
  PATIENT,
  async () => {
    const folder = temporaryFolder();
    const request = {
      space: "nasbench201",
      proxies: ["params"],
      data: "noise:32",
      architectures: { from: "list", architectures: cells },
      batch: 8,
      workers: 2,
    } as const;
    const out = join(folder, "scores.csv");
    const kill = (): void => void children.map((child) => child.kill("SIGTERM"));
    const whileStarting = (act: () => void) => ({
      onProgress: ({ label }: { label: string }) => void (label.startsWith("starting") && setImmediate(act)),
    });
    const stopped = () => {
      const stop = new AbortController();
      const both = (): void => {
        stop.abort();
        kill();
      };
      return { ...whileStarting(both), signal: stop.signal };
    };

    children.length = 0;
    const result = await scoreArchitectures(request, { out, ...stopped() });
    expect(result).toMatchObject({ status: "interrupted", done: 0, total: 3 });
    expect(result.out).toBeUndefined();
    await expect(scoreArchitectures(request, { out, ...whileStarting(kill) })).rejects.toMatchObject({
      code: "training",
      message: "a scoring process ended while it started (SIGTERM), probably for want of memory: try fewer --workers",
    });
    expect(alive()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);

    await scoreArchitectures(request, { out });
    const [header, first] = readFileSync(out, "utf8").split("\n");
    const begun = `${header}\n${first}\n`;
    truncateSync(out, begun.length);
    expect(await resumeScoring(out, stopped())).toMatchObject({ status: "interrupted", done: 1, total: 3, out });
    await expect(resumeScoring(out, whileStarting(kill))).rejects.toMatchObject({ code: "training" });
    expect(alive()).toEqual([]);
    expect(readFileSync(out, "utf8")).toBe(begun);
    expect((await resumeScoring(out)).status).toBe("finished");
  },
);
