/** Benchmark tables beside an answer: when they are shown, and that they stand apart as what they are. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { importTable } from "../../src/benchmarks/importers/build.ts";
import { findTableFormat } from "../../src/benchmarks/importers/registry.ts";
import { describeFound } from "../../src/cli/text.ts";
import { describeAnswer, describeArchitecture } from "../../src/runs/answer.ts";
import type { RunFile } from "../../src/runs/run-files.ts";
import { shownMetrics, tableOfAnswer, tableOfSpace, tableValues } from "../../src/runs/table-values.ts";
import { architectureCost, cellArchitectures } from "../../src/spaces/architecture-space.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { newRunFile } from "./fake-run.ts";
import { temporaryFolder } from "./temporary.ts";

const space = cellArchitectures(nasbench201);
const text = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|";

const runOf = (dataset: string, benchmark?: string): RunFile => {
  const run = newRunFile();
  return {
    ...run,
    request: { ...run.request, ...(benchmark === undefined ? {} : { benchmark }) },
    dataset: { name: dataset, images: 40, classes: 4, sha256: "" },
    task: { classes: 4, imageSize: 32 },
  };
};

describe("the table of an answer", () => {
  it.each(["folder", "idx"])("is none for images of the user's own (%s), unless it is asked for", (dataset) => {
    expect(tableOfAnswer(space, runOf(dataset))).toBeUndefined();
    expect(tableOfAnswer(space, runOf(dataset, "nasbench201"))).toBe("nasbench201");
  });

  it.each(["cifar10", "cifar100", "demo", "noise"])("is the space's own for %s", (dataset) => {
    expect(tableOfAnswer(space, runOf(dataset))).toBe("nasbench201");
    expect(tableOfAnswer({}, runOf(dataset))).toBeUndefined();
  });

  it("must be one of the space", () => {
    expect(tableOfSpace("nasbench201", space).name).toBe("nasbench201");
    expect(() => tableOfSpace("nasbench-macro", space)).toThrow(
      "nasbench-macro is a table of nasbench-macro, not of nasbench201",
    );
    expect(() => tableOfSpace("nasbench20", space)).toThrow('did you mean "nasbench201"?');
  });
});

test("a finished run of the user's own images counts for their classes, and quotes no benchmark", () => {
  const events = join(temporaryFolder(), "events.jsonl");
  writeFileSync(
    events,
    `${JSON.stringify({ type: "answer", proposal: 0, architecture: text, cells: space.parse(text) })}\n`,
  );
  const own = describeAnswer(space, runOf("folder"), events);
  // 64 channels at the end: each class fewer takes 64 weights and a bias away from the ten classes of the paper.
  expect(own).toMatchObject({
    task: { classes: 4, imageSize: 32 },
    parameters: 1_073_466 - 6 * 65,
    macs: 153_272_960 - 6 * 64,
  });
  expect(own.benchmark).toBeUndefined();
  expect(describeFound(own, [])).toContain("counted for    4 classes, 32×32 pixels");
  expect(describeFound(own, [])).not.toContain("%");
  const asked = describeAnswer(space, runOf("folder", "nasbench201"), events);
  expect(asked).toEqual({ ...own, benchmark: tableValues("nasbench201", text) });
  expect(asked.benchmark?.metrics["cifar10-test"]).toBeCloseTo(94.3733, 3);
});

test("a table in a file is asked for by its path, and may lack the answer", () => {
  const macro = "22212201";
  const folder = temporaryFolder();
  const path = join(folder, "mine.table");
  writeFileSync(join(folder, "mine.csv"), `arch,latency\n${macro},3.5\n`);
  writeFileSync(
    path,
    importTable({ format: findTableFormat("csv"), path: join(folder, "mine.csv"), space: "nasbench-macro" }).bytes,
  );
  const values = tableValues(path, macro);
  expect(values).toEqual({ name: "csv-nasbench-macro", table: path, metrics: { latency: 3.5 } });
  expect(shownMetrics(values).map(({ name }) => name)).toEqual(["latency"]);
  expect(tableValues(path, "00000000").metrics).toEqual({ latency: null });
});

test("the table's values stand apart, beneath a line that says what they are", () => {
  const [first, ...rest] = describeFound(describeArchitecture(space, space.parse(text)), [["run", "here"]]).split("\n");
  expect(first).toBe(text);
  const about = rest.indexOf("the table nasbench201, of networks trained on its own images:");
  expect(rest.slice(0, about).map((line) => line.trim().split("  ")[0])).toEqual([
    "parameters",
    "multiply-adds",
    "counted for",
    "run",
  ]);
  expect(rest.slice(about + 1).every((line) => /^ {2}cifar\d+-\S+ +[\d.]+ %$/.test(line))).toBe(true);
});

test("costs are of the size that is given", () => {
  const architecture = space.parse(text);
  const { macs } = describeArchitecture(space, architecture, { imageSize: 64 });
  expect(macs).toBe(architectureCost(space, architecture, { classes: 10, imageSize: 64 }).macs);
  // Convolutions take four times the work, the classifier of 64×10 as much as before.
  expect(macs).toBe(4 * (153_272_960 - 640) + 640);
});
