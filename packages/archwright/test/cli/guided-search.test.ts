/** `archwright search` by random search and evolution, as a process: refusals, whole runs in spaces of both kinds. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArchitectureFile, readRunFile } from "../../src/runs/run-directory.ts";
import type { CandidateEvent } from "../../src/search/events.ts";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const PATIENT = { timeout: 240_000 };
const tiny = ["evaluations=6", "batch=8"].flatMap((setting) => ["--set", setting]);

const search = (space: string, method: string, ...more: string[]) =>
  start(main, ["search", "--space", space, "--method", method, "--data", "demo", ...more]);

const candidatesIn = (directory: string): CandidateEvent[] =>
  readFileSync(join(directory, "events.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "candidate");

test.each<[string, string, string[], string]>([
  ["fitness", "nasbench-macro", ["--set", "fitness=nwoot"], 'unknown proxy "nwoot"; did you mean "nwot"?'],
  [
    "number",
    "nasbench101",
    ["--max-params", "1MB"],
    '--max-params must be a number above 0, as in 300k, 1.5M or 2G, not "1MB"',
  ],
  [
    "latency",
    "nasbench101",
    ["--max-latency", "fast"],
    '--max-latency must be milliseconds above 0, as in 20 or 20ms, not "fast"',
  ],
  [
    "slot",
    "nasbench201",
    ["--update", "none"],
    "--update is a part of methods with a supernet; random has none, leave it out",
  ],
  [
    "limit",
    "nasbench-macro",
    ["--max-params", "10k", "--data=noise:64"],
    "no architecture of nasbench-macro within --max-params 10,000 was found",
  ],
  ["set with resume", "nasbench101", ["--resume", "x"], "leave out --space"],
])("a wrong %s is refused in one line, before a directory is made", async (_, space, more, message) => {
  const out = join(temporaryFolder(), "run");
  const ended = await start(main, [
    ...["search", "--space", space, "--method", "random", "--out", out, "--quiet"],
    ...(more.some((word) => word.startsWith("--data")) ? [] : ["--data", "demo"]),
    ...more,
  ]).ended;
  expect(ended.stderr).toContain(message);
  expect(ended.stderr).toMatch(/^archwright: .*\n$/);
  expect(ended).toMatchObject({ status: 2, stdout: "" });
  expect(existsSync(out)).toBe(false);
});

test(
  "random search in NAS-Bench-201 under a limit: the run directory, the front, the command to repeat",
  PATIENT,
  async () => {
    const out = join(temporaryFolder(), "run");
    const ended = await search("nasbench201", "random", "--max-params", "0.5M", ...tiny, "--out", out, "--json").ended;
    expect(ended.status, ended.stderr).toBe(0);
    const candidates = candidatesIn(out);
    expect(candidates).toHaveLength(6);
    for (const { parameters } of candidates) expect(parameters).toBeLessThanOrEqual(500_000);
    const found = readArchitectureFile(out);
    const best = Math.max(...candidates.map(({ scores }) => Number(scores.nwot)).filter(Number.isFinite));
    expect(found).toMatchObject({ score: best, fitness: "nwot", evaluated: 6, cells: expect.anything() });
    expect(found?.benchmark?.metrics["cifar10-test"]).toBeGreaterThan(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: "finished", architecture: found });
    expect(readRunFile(out)).toMatchObject({ settings: { maxParams: 500_000, evaluations: 6 }, status: "finished" });
    expect(readRunFile(out).request.command).toContain("--max-params 500000");
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("<h2>Pareto front</h2>");
    expect(report).toContain("Against parameters");
    expect(report).toContain('class="cell"');
  },
);

test(
  "evolution in NAS-Bench-Macro within three limits: latency recorded, no cells, the table's accuracy",
  PATIENT,
  async () => {
    const out = join(temporaryFolder(), "run");
    const ended = await search(
      "nasbench-macro",
      "evolution",
      ...["--max-params", "3M", "--max-macs", "90M", "--max-latency", "2000ms", "--set", "fitness=synflow+nwot"],
      ...["--set", "population=3", "--set", "tournament=2", ...tiny, "--out", out, "--quiet"],
    ).ended;
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/^[012]{8}\n/);
    expect(ended.stdout).toMatch(/latency +\d+\.\d\d ms\n/);
    expect(ended.stdout).toMatch(/fitness \(synflow\+nwot\) +\d/);
    expect(ended.stdout).toMatch(/cifar10-test +\d\d\.\d+ %\n/);
    const candidates = candidatesIn(out);
    expect(candidates.map(({ parent }) => parent === undefined)).toEqual([true, true, true, false, false, false]);
    for (const { latency, macs } of candidates) {
      expect(latency).toBeGreaterThan(0);
      expect(macs).toBeLessThanOrEqual(90_000_000);
    }
    const found = readArchitectureFile(out);
    expect(found?.cells).toBeUndefined();
    expect(readRunFile(out).templates).toEqual([]);
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("Against latency, ms");
    expect(report).not.toContain('class="cell"');
  },
);

test(
  "killed by SIGKILL and continued in a space without a table: the bytes of a run never stopped",
  PATIENT,
  async () => {
    const folder = temporaryFolder();
    const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
    const asked = ["evaluations=15", "batch=4", "imageSize=8"].flatMap((setting) => ["--set", setting]);
    asked.push("--max-params", "4M", "--quiet");
    const whole = search("nasbench101", "evolution", ...asked, "--out", straight).ended;
    const { child, ended } = search("nasbench101", "evolution", ...asked, "--out", killed);
    while (!existsSync(join(killed, "events.jsonl")) || readFileSync(join(killed, "events.jsonl"), "utf8") === "") {
      expect(child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    expect(readRunFile(killed).status).toBe("running");
    const rest = await start(main, ["search", "--resume", killed, "--quiet"]).ended;
    expect(rest.status, rest.stderr).toBe(0);
    expect((await whole).status).toBe(0);
    for (const file of ["events.jsonl", "architecture.json"]) {
      expect(readFileSync(join(killed, file), "utf8")).toBe(readFileSync(join(straight, file), "utf8"));
    }
  },
);
