/** `archwright score` as a process: what it prints and writes, stopping and continuing, and what it refuses. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { score } from "../../src/cli/commands/score.ts";
import { parseOptions, requireOptions } from "../../src/cli/options.ts";
import { findProxies } from "../../src/proxies/registry.ts";
import { resumeScoring } from "../../src/runs/score/run-scoring.ts";
import { readScoringFile } from "../../src/runs/score/scores-file.ts";
import { type Ended, start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
/** Processes load libtorch: a second each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };
const small = ["--data", "noise:32", "--network", "search", "--batch", "8", "--image-size", "8"];
const begin = (...args: string[]) => start(main, ["score", "--space", "nasbench201", ...small, ...args]);

/** 4³ cells, in which many are the same network, in an order of their own. */
const operations = ["skip_connect", "nor_conv_3x3", "avg_pool_3x3", "nor_conv_1x1"];
const cells = Array.from({ length: 64 }, (_, n) => {
  const [a, b, c] = [n % 4, Math.floor(n / 4) % 4, Math.floor(n / 16)].map((digit) => operations[digit]);
  return `|${a}~0|+|none~0|${b}~1|+|none~0|none~1|${c}~2|`;
});
/** Chains of three, whose identities pass on: what is left of them in order. */
const networkOf = (text: string): string => (text.match(/(nor_conv_3x3|avg_pool_3x3|nor_conv_1x1)/g) ?? []).join();

const linesOf = (path: string): number => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);

/** Resolves when the table has so many lines, its header among them. */
async function untilLines(path: string, count: number): Promise<void> {
  while (linesOf(path) < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

test("a table is the same from one process or two, killed or stopped by Ctrl-C in the middle", PATIENT, async () => {
  const folder = temporaryFolder();
  const list = join(folder, "cells.txt");
  writeFileSync(list, `# chains\n\n${cells.join("\n")}\n`);
  const [straight, stopped] = [join(folder, "straight.csv"), join(folder, "stopped.csv")];
  const what = ["--proxies", "zico,nwot+snip", "--file", list];

  const whole = await begin(...what, "--workers", "1", "--out", straight, "--json").ended;
  expect(whole.status, whole.stderr).toBe(0);
  expect(JSON.parse(whole.stdout)).toMatchObject({
    status: "finished",
    out: straight,
    proxies: ["zico", "nwot", "snip"],
    done: 64,
    total: 64,
  });
  const [header, ...lines] = readFileSync(straight, "utf8").trimEnd().split("\n");
  expect(header).toBe("index,architecture,zico,nwot,snip,note");
  const firsts = new Map<string, { index: number; scores: string }>();
  for (const [i, line] of lines.entries()) {
    const [index, text, zico, nwot, snip, note] = line.split(",");
    expect([index, text]).toEqual([String(i), cells[i]]);
    const scores = [zico, nwot, snip].join();
    const first = firsts.get(networkOf(cells[i] as string));
    if (first === undefined) firsts.set(networkOf(cells[i] as string), { index: i, scores });
    else expect([scores, note]).toEqual([first.scores, `same network as ${first.index}`]);
  }
  // Chains of up to three of three operations.
  expect(firsts.size).toBe(1 + 3 + 9 + 27);

  const killed = begin(...what, "--workers", "2", "--out", stopped);
  await untilLines(stopped, 4);
  await expect(resumeScoring(stopped)).rejects.toThrow(`${stopped} is in use by process ${killed.child.pid}`);
  killed.child.kill("SIGKILL");
  expect((await killed.ended).signal).toBe("SIGKILL");
  expect(linesOf(stopped)).toBeLessThan(65);
  expect(readScoringFile(stopped).status).toBe("running");

  const before = linesOf(stopped);
  const resumed = start(main, ["score", "--resume", stopped]);
  await untilLines(stopped, before + 1);
  resumed.child.kill("SIGINT");
  const interrupted = await resumed.ended;
  expect(interrupted.stderr).toContain("stopping after the architectures that are being scored");
  expect(interrupted.stderr).toContain(`continue with: archwright score --resume ${stopped}\n`);
  expect(interrupted).toMatchObject({ status: 130, stdout: "" });
  expect(readScoringFile(stopped)).toMatchObject({ status: "interrupted", done: linesOf(stopped) - 1 });

  const rest = await start(main, ["score", "--resume", stopped]).ended;
  expect(rest.status, rest.stderr).toBe(0);
  expect(rest.stdout).toMatch(/architectures +64 in/);
  expect(readFileSync(stopped, "utf8")).toBe(readFileSync(straight, "utf8"));
  expect(existsSync(`${stopped}.lock`)).toBe(false);

  const [a, b] = [straight, stopped].map((path) => {
    const { elapsedSeconds, startedAt, request, ...scoring } = readScoringFile(path);
    const { command, workers, ...asked } = request;
    return { ...scoring, request: asked };
  });
  expect(b).toEqual(a);
  expect(a).toMatchObject({
    status: "finished",
    request: {
      space: "nasbench201",
      proxies: ["zico", "nwot", "snip"],
      seed: 0,
      batch: 8,
      imageSize: 8,
      network: "search",
    },
    directions: Object.fromEntries(findProxies(["zico", "nwot", "snip"]).map((proxy) => [proxy.name, proxy.direction])),
    dataset: { name: "noise", images: 32, classes: 10 },
    total: 64,
    done: 64,
  });
});

test("--arch prints scores and writes nothing; equal networks are noted", PATIENT, async () => {
  const folder = temporaryFolder();
  const [first, same] = [cells[1], cells[4]] as [string, string];
  expect(networkOf(first)).toBe(networkOf(same));
  const args = ["score", "--space", "nasbench201", ...small, "--proxies", "params,nwot", "--workers", "1"];
  const printed = await start(main, [...args, "--arch", first, "--arch", same, "--json"], { cwd: folder }).ended;
  expect(printed.status, printed.stderr).toBe(0);
  const { scores, ...result } = JSON.parse(printed.stdout);
  expect(result).toMatchObject({ status: "finished", done: 2, total: 2, failed: 0 });
  expect(result).not.toHaveProperty("out");
  expect(scores[0]).toEqual({ architecture: first, params: expect.any(Number), nwot: expect.any(Number) });
  expect(scores[1]).toEqual({ ...scores[0], architecture: same, note: "same network as 0" });
  expect(existsSync(join(folder, "runs"))).toBe(false);
});

describe("what is refused before any work, in one line", () => {
  const asked = async (...args: string[]): Promise<number> => {
    const given = parseOptions(args, score.options);
    requireOptions(given, score.options);
    return score.run(given);
  };
  const what = ["--space", "nasbench201", "--proxies", "snip", "--data", "noise:32"];
  const one = ["--arch", cells[0] as string];
  const out = ["--out", "nowhere/scores.csv"];

  test.each<[string[], string]>([
    [[], "missing: --space S, --proxies a,b,c, --data D"],
    [what, "which architectures? one of --arch, --file, --sample and --all is needed; none is given"],
    [[...what, ...one, "--all"], "is needed; given are --arch and --all"],
    [[...what, "--sample", "3", "--file", "x"], "is needed; given are --file and --sample"],
    [[...what, "--sample", "0"], "--sample must be at least 1"],
    [[...what, "--sample", "many"], '--sample must be a whole number from 0, not "many"'],
    [[...what, ...one, "--workers", "0"], "--workers must be a whole number from 1 to 256, not 0"],
    [[...what, ...one, "--batch", "1"], "--batch must be a whole number from 2 to 4096, not 1"],
    [
      [...what, ...one, "--network", "small"],
      'a network is evaluation, search, a part of the channels such as 1/4, or channels×cells such as 32x8, not "small"',
    ],
    [[...what, ...one, "--device", "gpu"], 'unknown device "gpu"'],
    [[...what, ...one, "--benchmark", "nasbench201"], "--benchmark goes with --sample and --all"],
    [
      [...what, "--sample", "2", "--benchmark", "nasbench-macro", ...out],
      "is a table of nasbench-macro, not of nasbench201",
    ],
    [["--space", "nasbench201", "--proxies", "snop", "--data", "noise", ...one], 'did you mean "snip"?'],
    [["--space", "nasbench201", "--proxies", " , ", "--data", "noise", ...one], "there are no proxies"],
    [["--space", "nasbench201", "--proxies", "snip", "--data", "nois", ...one], 'did you mean "noise"?'],
    [
      ["--space", "nasbench101", "--proxies", "te_nas", "--data", "noise", "--sample", "1", ...out],
      "needs networks made of cells",
    ],
    [["--space", "darts", "--proxies", "snip", "--data", "noise", "--all", ...out], "use --sample N"],
    [["--resume", "x.csv", "--batch", "8"], "--resume takes everything from x.csv.json; leave out --batch"],
    [["--resume", "x.csv"], "x.csv does not exist"],
  ])("%j", async (args, message) => {
    await expect(asked(...args)).rejects.toThrow(message);
    await expect(asked(...args)).rejects.toMatchObject({ name: "ArchwrightError" });
    expect(existsSync(out[1] as string)).toBe(false);
  });
});

test("a bad line of a file and a table that exists end the process with their names", PATIENT, async () => {
  const folder = temporaryFolder();
  const [list, table] = [join(folder, "cells.txt"), join(folder, "scores.csv")];
  writeFileSync(list, `${cells[0]}\n|none~0|\n`);
  const bad: Ended = await begin("--proxies", "snip", "--file", list, "--out", table).ended;
  expect(bad.stderr).toMatch(/^archwright: .*cells.txt: line 2: .*\n$/);
  expect(bad).toMatchObject({ stdout: "" });
  expect(bad.status).not.toBe(0);
  expect(existsSync(table)).toBe(false);
  writeFileSync(table, "");
  const there = await begin("--proxies", "snip", "--file", list, "--out", table).ended;
  expect(there.stderr).toMatch(/^archwright: .*scores.csv exists; choose another --out\n$/);
  expect(there.status).toBe(1);
});

test("the table that nobody named lies in a folder that is made for it", PATIENT, async () => {
  const cwd = temporaryFolder();
  const args = [
    "score",
    "--space",
    "nasbench201",
    "--data",
    "noise:64",
    "--proxies",
    "params",
    "--sample",
    "2",
    "--json",
  ];
  const { status, stdout, stderr } = await start(main, [...args, "--workers", "1", "--quiet"], { cwd }).ended;
  expect(status, stderr).toBe(0);
  const { out } = JSON.parse(stdout) as { out: string };
  expect(out).toMatch(/^runs\/\d{8}-\d{6}-scores-nasbench201\.csv$/);
  expect(linesOf(join(cwd, out))).toBe(3);
});
