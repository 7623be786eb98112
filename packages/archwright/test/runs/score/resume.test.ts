/** Scorings that were stopped: continued to the bytes of one never stopped, or refused for what has changed. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ScoreRequest } from "../../../src/runs/score/request.ts";
import { resumeScoring, scoreArchitectures } from "../../../src/runs/score/run-scoring.ts";
import { readScoringFile, type ScoreRow } from "../../../src/runs/score/scores-file.ts";
import { temporaryFolder } from "../temporary.ts";

// Processes load libtorch: a second each, but more on a machine with other work.
vi.setConfig({ testTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), "archwright-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const list = join(folder, "cells.txt");
const whole = join(folder, "whole.csv");
const request: ScoreRequest = {
  space: "nasbench201",
  proxies: ["params", "snip", "nwot"],
  data: "noise:32",
  architectures: { from: "file", path: list },
  network: "search",
  batch: 8,
  imageSize: 16,
  workers: 1,
};
/** The third is the first with an identity more; nothing reaches the output of the fourth. */
const cells = [
  "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|",
  "|avg_pool_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
  "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|",
  "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
];
const rows: ScoreRow[] = [];

beforeAll(async () => {
  writeFileSync(list, `${cells.join("\n")}\n`);
  const result = await scoreArchitectures(request, { out: whole, onRow: (row) => rows.push(row) });
  expect(result).toMatchObject({ status: "finished", done: 4, total: 4, failed: 1, out: whole });
}, 240_000);

/** A copy of the table up to a line, described as if it had been killed then. */
function killedAfter(lines: number): string {
  const path = join(temporaryFolder(), "scores.csv");
  copyFileSync(whole, path);
  const text = readFileSync(whole, "utf8");
  truncateSync(
    path,
    text
      .split("\n")
      .slice(0, lines + 1)
      .join("\n").length + 1,
  );
  writeFileSync(`${path}.json`, JSON.stringify({ ...readScoringFile(whole), status: "running", done: 0 }));
  return path;
}

const changed = (path: string, changes: (scoring: ReturnType<typeof readScoringFile>) => object): void =>
  writeFileSync(`${path}.json`, JSON.stringify(changes(readScoringFile(path))));

describe("a finished table", () => {
  it("holds every architecture, each network scored once, and why a score is none", () => {
    expect(rows.map(({ index, architecture }) => [index, architecture])).toEqual([...cells.entries()]);
    const [first, second, third, fourth] = rows as [ScoreRow, ScoreRow, ScoreRow, ScoreRow];
    expect(first.note).toBeUndefined();
    expect(second.scores).not.toEqual(first.scores);
    expect(third).toEqual({ ...first, index: 2, architecture: cells[2], note: "same network as 0" });
    expect(fourth.note).toContain("no path leads from the input to the output");
  });

  it("is continued at once to itself, and nothing of it changes but times", async () => {
    const path = killedAfter(4);
    const result = await resumeScoring(path);
    expect(result).toMatchObject({ status: "finished", done: 4, failed: 1 });
    expect(readFileSync(path, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(readScoringFile(path)).toEqual({ ...readScoringFile(whole), elapsedSeconds: result.elapsedSeconds });
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

it("a table whose last line is torn is continued to the bytes of one never stopped", async () => {
  const path = killedAfter(2);
  writeFileSync(path, `${readFileSync(path, "utf8")}2,|skip_conn`);
  const fresh: number[] = [];
  const result = await resumeScoring(path, { onRow: ({ index }) => fresh.push(index) });
  expect(result).toMatchObject({ status: "finished", done: 4, total: 4, failed: 1 });
  expect(fresh).toEqual([2, 3]);
  expect(readFileSync(path, "utf8")).toBe(readFileSync(whole, "utf8"));
});

it("stopped before anything is scored, it is interrupted; the next resume begins with the first", async () => {
  const path = killedAfter(0);
  rmSync(path);
  const result = await resumeScoring(path, { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ status: "interrupted", done: 0, total: 4 });
  expect(readScoringFile(path)).toMatchObject({ status: "interrupted", done: 0 });
  expect(readFileSync(path, "utf8")).toBe("index,architecture,params,snip,nwot,note\n");
});

describe("what is not what it was is refused, and the table is left as it is", () => {
  it.each<[string, (path: string) => void, (path: string) => string]>([
    [
      "the architectures",
      (path) => {
        const other = join(temporaryFolder(), "cells.txt");
        writeFileSync(other, `# one more line\n${cells.join("\n")}\n`);
        changed(path, (scoring) => ({
          ...scoring,
          request: { ...scoring.request, architectures: { from: "file", path: other } },
        }));
      },
      (path) => `the architectures are not those that ${path} began with; score again`,
    ],
    [
      "the number of architectures",
      (path) => changed(path, (scoring) => ({ ...scoring, total: 5 })),
      (path) => `the architectures are not those that ${path} began with`,
    ],
    [
      "the images",
      (path) =>
        changed(path, ({ dataset, ...scoring }) => ({ ...scoring, dataset: { ...dataset, sha256: "0".repeat(64) } })),
      (path) => `the images of "noise:32" are not those that ${path} began with`,
    ],
    [
      "the description",
      (path) => truncateSync(`${path}.json`, 40),
      (path) => `${path}.json is damaged: it is not JSON`,
    ],
    [
      "the first line",
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace("snip", "snap")),
      (path) => `${path} is damaged: its first line is not`,
    ],
    [
      "a score",
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace(/,([\d.]+),\n/, ",x,\n")),
      (path) => `${path} is damaged: line 2: "x" is no score`,
    ],
    [
      "an architecture",
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace("avg_pool_3x3~0", "nor_conv_1x1~0")),
      (path) => `${path} is damaged: line 3 is of |nor_conv_1x1~0|`,
    ],
  ])("%s", async (_, damage, message) => {
    const path = killedAfter(2);
    damage(path);
    const before = readFileSync(path, "utf8");
    const refused = resumeScoring(path);
    await expect(refused).rejects.toThrow(message(path));
    await expect(refused).rejects.toMatchObject({ name: "ArchwrightError", code: "run" });
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("more lines than there are architectures", async () => {
    const path = killedAfter(4);
    const extra = readFileSync(path, "utf8").split("\n").at(-2)?.replace(/^3,/, "4,");
    writeFileSync(path, `${readFileSync(path, "utf8")}${extra}\n`);
    await expect(resumeScoring(path)).rejects.toThrow(`${path} is damaged: it has 5 lines for 4 architectures`);
  });
});

it.each([
  ["archwright", "0.0.1"],
  ["libtorch", "1.0.0"],
])("a table begun with another version of %s is not mixed with this one's scores", async (name, version) => {
  const path = killedAfter(2);
  changed(path, (scoring) => ({ ...scoring, versions: { ...scoring.versions, [name]: version } }));
  const before = readFileSync(path, "utf8");
  await expect(resumeScoring(path)).rejects.toThrow(`${path} was begun with ${name} ${version}, and this is `);
  expect(readFileSync(path, "utf8")).toBe(before);
});

it("a table that is there is not written over", async () => {
  await expect(scoreArchitectures(request, { out: whole })).rejects.toThrow(`${whole} exists; continue it with`);
});
