/** `archwright correlate` as a process, on scores of `archwright score`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, start } from "../runs/processes.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const archwright = (...args: string[]): Promise<Ended> => start(main, args).ended;

const folder = mkdtempSync(join(tmpdir(), "archwright-"));
const scores = join(folder, "scores.csv");
const given = ["--scores", scores, "--benchmark", "nasbench201", "--metric", "cifar10-test"];

beforeAll(async () => {
  const asked = ["--space", "nasbench201", "--proxies", "l2_norm,params", "--data", "noise", "--sample", "40"];
  const { status } = await archwright("score", ...asked, "--batch", "2", "--out", scores, "--quiet");
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("JSON, CSV and the page in one call", async () => {
  const [csv, report] = [join(folder, "found.csv"), join(folder, "found.html")];
  const { status, stdout, stderr } = await archwright(
    "correlate",
    ...given,
    "--json",
    "--csv",
    csv,
    "--report",
    report,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { metrics, space, architectures, matrix } = JSON.parse(stdout);
  expect({ space, architectures, matrix: matrix.names }).toEqual({
    space: "nasbench201",
    architectures: 40,
    matrix: ["l2_norm", "params", "flops"],
  });
  const found = Object.fromEntries(metrics[0].scores.map((score: { name: string }) => [score.name, score]));
  // In this space parameters and multiply-accumulates order the networks in the same way.
  expect(found.params.spearman).toEqual(found.flops.spearman);
  expect(found.params.spearman.value).toBeGreaterThan(0.4);
  expect(found.params.spearman.interval.low).toBeLessThan(found.params.spearman.value);
  expect(readFileSync(csv, "utf8").split("\r\n")).toHaveLength(1 + 3 + 1);
  const page = readFileSync(report, "utf8");
  expect(page).toContain("archwright correlate --scores");
  expect(page).toContain("l2_norm");
});

test("the table for people has the baselines in it", async () => {
  const { status, stdout } = await archwright("correlate", ...given, "--resamples", "0", "--top", "50%");
  expect(status).toBe(0);
  expect(stdout).toMatch(/cifar10-test: 40 architectures, best \d+\.\d+ %/);
  expect(stdout).toMatch(/params \(baseline\) +−?\.\d{3}/);
  expect(stdout).toMatch(/flops \(baseline\)/);
  expect(stdout).toContain("ρ top 50 %");
});

test("an unfinished table of scores is correlated as far as it goes, and says so", async () => {
  const cut = join(folder, "cut.csv");
  const lines = readFileSync(scores, "utf8").split("\n");
  writeFileSync(cut, `${lines.slice(0, 31).join("\n")}\n31,|torn`);
  writeFileSync(`${cut}.json`, readFileSync(`${scores}.json`));
  const { status, stdout } = await archwright("correlate", "--scores", cut, ...given.slice(2), "--resamples", "0");
  expect(status).toBe(0);
  expect(stdout).toContain("cifar10-test: 30 architectures");
  expect(stdout).toContain("10 architectures are still to be scored");
});

test.each<[string[], number, string]>([
  [[...given.slice(0, 4), "--metric", "cifar10-tset"], 2, 'did you mean "cifar10-test"?'],
  [[...given, "--proxies", "l2norm"], 2, 'did you mean "l2_norm"?'],
  [[...given, "--top", "0"], 2, "--top must be a percentage"],
  [["--scores", scores, "--benchmark", "nasbench-macro", "--metric", "all"], 2, "has scores of nasbench201"],
  [["--scores", join(folder, "none.csv"), ...given.slice(2)], 1, "cannot read"],
  [given.slice(0, 4), 2, "missing: --metric M"],
])("correlate %j is refused, and nothing is written", async (args, expected, message) => {
  const csv = join(folder, "refused.csv");
  const { status, stdout, stderr } = await archwright("correlate", ...args, "--csv", csv);
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  expect(existsSync(csv)).toBe(false);
});

test("a damaged table of scores is named", async () => {
  const damaged = join(folder, "damaged.csv");
  writeFileSync(damaged, readFileSync(scores, "utf8").replace("\n7,", "\n8,"));
  writeFileSync(`${damaged}.json`, readFileSync(`${scores}.json`));
  const { status, stderr } = await archwright("correlate", "--scores", damaged, ...given.slice(2));
  expect(stderr).toContain(`${damaged} is damaged: line 9 has the index 8 instead of 7`);
  expect(status).toBe(1);
});

test.each([
  [["--csv", scores], "--csv and --scores are the same file"],
  [["--report", scores], "--report and --scores are the same file"],
  [["--csv", join(folder, "q"), "--report", join(folder, "q")], "--report and --csv are the same file"],
])("what is read is not written over: %j", async (more, message) => {
  const before = readFileSync(scores, "utf8");
  const { status, stderr } = await archwright("correlate", ...given, ...more);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `archwright: ${message}; give another name\n` });
  expect(readFileSync(scores, "utf8")).toBe(before);
});

test("folders of what is written are made", async () => {
  const csv = join(folder, "deeply", "in", "found.csv");
  expect((await archwright("correlate", ...given, "--resamples", "0", "--csv", csv)).status).toBe(0);
  expect(readFileSync(csv, "utf8")).toContain("cifar10-test,l2_norm");
});
