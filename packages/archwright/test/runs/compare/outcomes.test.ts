/** What runs and methods come to, as the table, the CSV file and the page show it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { methodsText, runsText } from "../../../src/cli/comparison-text.ts";
import type { ComparisonFile } from "../../../src/runs/compare/comparison-directory.ts";
import { resultsCsv } from "../../../src/runs/compare/csv.ts";
import { type Outcome, readOutcomes, summarize, tableMetrics } from "../../../src/runs/compare/outcomes.ts";
import { comparisonPage } from "../../../src/runs/compare/page.ts";
import type { ArchitectureFile } from "../../../src/runs/run-files.ts";
import { newRunFile } from "../fake-run.ts";
import { temporaryFolder } from "../temporary.ts";

const found = (accuracy: number | null, parameters: number): ArchitectureFile => ({
  format: 1,
  space: "nasbench201",
  architecture: "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
  forms: {},
  cells: {},
  task: { classes: 10, imageSize: 32 },
  parameters,
  macs: 10 * parameters,
  benchmark: { name: "nasbench201", table: "nasbench201", metrics: { "cifar10-test": accuracy } },
});

const finished = (method: string, seed: number, accuracy: number | null, parameters: number): Outcome => ({
  method,
  seed,
  folder: `${method}-${seed}`,
  status: "finished",
  found: found(accuracy, parameters),
  elapsedSeconds: 2 + seed,
  hasReport: true,
});

const outcomes: Outcome[] = [
  finished("a", 0, 90, 100),
  finished("b", 0, null, 300),
  finished("a", 1, 94, 200),
  { method: "b", seed: 1, folder: "b-1", status: "failed", error: 'the loss is NaN, "lower" it', hasReport: false },
  { method: "c", seed: 0, folder: "c-0", status: "missing", hasReport: false },
  { method: "c", seed: 1, folder: "c-1", status: "interrupted", elapsedSeconds: 1, hasReport: true },
];
const metrics = tableMetrics(outcomes).filter(({ name }) => name === "cifar10-test");
const summaries = summarize(["a", "b", "c"], outcomes, metrics);

test("the table's accuracies are those after full training", () => {
  expect(tableMetrics(outcomes).map(({ name }) => name)).toEqual([
    "cifar10-valid",
    "cifar10-valid-test",
    "cifar10-test",
    "cifar100-valid",
    "cifar100-test",
  ]);
  expect(tableMetrics(outcomes.filter(({ found }) => found === undefined))).toEqual([]);
});

test("finished runs count, with values that the table has", () => {
  expect(summaries).toEqual([
    {
      method: "a",
      runs: 2,
      finished: 2,
      accuracies: { "cifar10-test": { count: 2, mean: 92, std: Math.sqrt(8), smallest: 90, largest: 94 } },
      elapsedSeconds: { count: 2, mean: 2.5, std: Math.SQRT1_2, smallest: 2, largest: 3 },
      parameters: { count: 2, mean: 150, std: expect.closeTo(Math.sqrt(5000), 12), smallest: 100, largest: 200 },
      macs: { count: 2, mean: 1500, std: expect.closeTo(Math.sqrt(500000), 9), smallest: 1000, largest: 2000 },
    },
    expect.objectContaining({ method: "b", runs: 2, finished: 1, accuracies: {} }),
    { method: "c", runs: 2, finished: 0, accuracies: {} },
  ]);
});

test("as text", () => {
  expect(methodsText(summaries, metrics)).toEqual([
    "method  runs  cifar10-test    search time  parameters  multiply-adds",
    "a        2/2  92.00 ± 2.83  2.5 s ± 0.7 s    150 ± 71   1.50 k ± 707",
    "  best               94.00",
    "b        1/2             –          2.0 s         300         3.00 k",
    "c        0/2             –              –           –              –",
  ]);
  expect(runsText(outcomes, metrics).map((line) => line.replaceAll(/ +/g, " "))).toEqual([
    "run seed cifar10-test search time parameters multiply-adds",
    "a 0 90.00 2.0 s 100 1.00 k",
    "b 0 – 2.0 s 300 3.00 k",
    "a 1 94.00 3.0 s 200 2.00 k",
    "b 1 failed",
    "c 0 not begun",
    "c 1 interrupted",
  ]);
});

test("as CSV: quoted where it must be, empty where there is nothing", () => {
  expect(resultsCsv(outcomes).split("\r\n")).toEqual([
    "method,seed,status,architecture,parameters,macs,search_seconds,validation_score,fitness,cifar10-test,folder,error",
    "a,0,finished,|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,100,1000,2,,,90,a-0,",
    "b,0,finished,|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,300,3000,2,,,,b-0,",
    "a,1,finished,|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,200,2000,3,,,94,a-1,",
    'b,1,failed,,,,,,,,b-1,"the loss is NaN, ""lower"" it"',
    "c,0,missing,,,,,,,,c-0,",
    "c,1,interrupted,,,,1,,,,c-1,",
    "",
  ]);
});

describe("as a page", () => {
  const comparison: ComparisonFile = {
    format: 1,
    request: {
      command: "archwright compare <&>",
      space: "nasbench201",
      methods: ["a", "b", "c"],
      seeds: [0, 1],
      data: "demo",
    },
    startedAt: "2026-11-24T09:00:00.000Z",
    failures: {},
  };
  const html = comparisonPage(comparison, summaries, outcomes, metrics);
  const page = new JSDOM(html).window.document;

  test("has the methods, a plot with a dot for each run, and links to the reports there are", () => {
    const cells = [...page.querySelectorAll("table:not(.runs) tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(cells[0]).toEqual(["a", "2 of 2", "92.00 ± 2.83best 94.00", "2.5 s± 0.7 s", "150± 71", "1.50 k± 707"]);
    expect(page.querySelectorAll(".plots svg circle")).toHaveLength(2);
    const links = [...page.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(["a-0/report.html", "b-0/report.html", "a-1/report.html", "c-1/report.html"]);
    expect(page.querySelector(".notice")?.textContent).toContain("1 failed, 1 interrupted, 1 not begun");
    expect(page.querySelector(".error")?.textContent).toBe('the loss is NaN, "lower" it');
    expect(page.querySelector("pre")?.textContent).toBe("archwright compare <&>");
  });

  test("needs nothing from outside", () => {
    expect(page.querySelector("script, link, img, iframe")).toBeNull();
    expect(html).not.toMatch(/url\(|@import|\ssrc=/);
  });

  test("says so where no table is shown", () => {
    const without = comparisonPage({ ...comparison, request: { ...comparison.request, space: "darts" } }, [], [], []);
    expect(without).toContain("No benchmark table is shown");
    expect(new JSDOM(without).window.document.querySelector(".plots")).toBeNull();
  });
});

test("outcomes are read from the run directories", () => {
  const directory = temporaryFolder();
  const put = (folder: string, name: string, value: unknown): void => {
    mkdirSync(join(directory, folder), { recursive: true });
    writeFileSync(join(directory, folder, name), typeof value === "string" ? value : JSON.stringify(value));
  };
  const run = newRunFile();
  put("a-0", "run.json", { ...run, status: "finished", elapsedSeconds: 3 });
  put("a-0", "architecture.json", found(91, 5));
  put("a-1", "run.json", { ...run, status: "running" });
  put("a-2", "run.json", { ...run, status: "failed", error: "the loss is NaN" });
  put("a-3", "run.json", "{");
  put("a-5", "run.json", { ...run, status: "finished" });
  const comparison: ComparisonFile = {
    format: 1,
    request: { command: "", space: "nasbench201", methods: ["a"], seeds: [0, 1, 2, 3, 4, 5, 6], data: "demo" },
    startedAt: "",
    failures: { "a-6": "no libtorch" },
  };
  const read = readOutcomes(directory, comparison);
  expect(read.map(({ status, error }) => [status, error])).toEqual([
    ["finished", undefined],
    ["interrupted", undefined],
    ["failed", "the loss is NaN"],
    ["failed", expect.stringContaining("a-3/run.json is damaged")],
    ["missing", undefined],
    ["interrupted", undefined],
    ["failed", "no libtorch"],
  ]);
  expect(read[0]).toMatchObject({ elapsedSeconds: 3, found: { parameters: 5 } });
});
