/** `archwright correlate` as a process, on scores of `archwright score`. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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
    matrix: ["l2_norm", "params", "macs"],
  });
  const found = Object.fromEntries(metrics[0].scores.map((score: { name: string }) => [score.name, score]));
  // In this space parameters and multiply-accumulates order the networks in the same way.
  expect(found.params.spearman).toEqual(found.macs.spearman);
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
  expect(stdout).toMatch(/macs \(baseline\)/);
  expect(stdout).toContain("ρ top 50 %");
  expect(stdout).not.toContain("95 %");
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
  [[...given, "--resamples", "1"], 2, "an interval needs at least 2 resamples"],
  [[...given, "--aggregates", "l2_norm+params,nope"], 2, 'unknown aggregate "nope"'],
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

const linked = join(folder, "linked");
const q = join(folder, "q");
test.each<[string[], string]>([
  [["--csv", scores], `--csv ${scores} would overwrite --scores`],
  [["--report", scores], `--report ${scores} would overwrite --scores`],
  [["--csv", `${scores}.json`], `--csv ${scores}.json would overwrite the description of --scores`],
  [["--csv", join(linked, "scores.csv")], `--csv ${join(linked, "scores.csv")} would overwrite --scores`],
  [["--csv", q, "--report", join(folder, "x", "..", "q")], `--report ${q} would overwrite --csv`],
  [["--csv", join(linked, "q"), "--report", q], `--report ${q} would overwrite --csv`],
  [["--csv", `${q}.tmp`, "--report", q], `--report ${q} would overwrite --csv`],
])("what is read or written is not written over: %j", async (more, message) => {
  if (!existsSync(linked)) symlinkSync(folder, linked);
  const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
  const { status, stderr } = await archwright("correlate", ...given, ...more);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `archwright: ${message}; give another name\n` });
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])).toEqual(before);
});

test("the benchmark's file is not written over, and a file may be called like a shipped table", async () => {
  const table = join(folder, "own.table");
  const results = join(folder, "results.csv");
  writeFileSync(results, readFileSync(scores, "utf8"));
  await archwright("import", "--format", "csv", "--file", results, "--space", "nasbench201", "--out", table);
  const before = readFileSync(table);
  const asked = ["--scores", scores, "--benchmark", table, "--metric", "all"];
  const { status, stderr } = await archwright("correlate", ...asked, "--report", table);
  expect(stderr).toContain("would overwrite --benchmark");
  expect(status).toBe(2);
  expect(readFileSync(table).equals(before)).toBe(true);

  const { ended } = start(main, ["correlate", ...given, "--resamples", "0", "--csv", "nasbench201"], { cwd: folder });
  expect((await ended).status).toBe(0);
});

test("folders of what is written are made", async () => {
  const csv = join(folder, "deeply", "in", "found.csv");
  expect((await archwright("correlate", ...given, "--resamples", "0", "--csv", csv)).status).toBe(0);
  expect(readFileSync(csv, "utf8")).toContain("cifar10-test,l2_norm");
});

test("proxies and metrics by the names that others have for them, with a hint", async () => {
  const { status, stdout, stderr } = await archwright(
    ...["correlate", ...given.slice(0, 4), "--metric", "flops", "--aggregates", "l2_norm+flops", "--resamples", "0"],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "hint: flops is called macs here\n" });
  expect(stdout).toMatch(/^macs: 40 architectures.*\n(.*\n)*l2_norm\+macs \(aggregate\)/);
});

test("also where the searching thread reads them", async () => {
  const { status, stderr } = await archwright(
    ...["search", "--space", "nasbench-macro", "--method", "random", "--data", "noise"],
    ...["--set", "fitness=naswot", "--set", "evaluations=0"],
  );
  expect(status).toBe(2);
  expect(stderr).toContain("hint: naswot is called nwot here\n");
});
