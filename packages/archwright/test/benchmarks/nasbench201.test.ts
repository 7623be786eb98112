import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { BenchmarkRecord } from "../../src/benchmarks/benchmark.ts";
import { nasbench201Table } from "../../src/benchmarks/nasbench201.ts";
import { benchmarks, findBenchmark } from "../../src/benchmarks/registry.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { spearman } from "../../src/statistics/ranks.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "../spaces/shared-data.ts";

const table = findBenchmark("nasbench201");

function best(metric: string): [number, number] {
  const column = table.column(metric);
  const index = column.reduce((top, value, i) => (value > (column[top] as number) ? i : top), 0);
  return [index, column[index] as number];
}

describe("findBenchmark", () => {
  it("names the nearest table in the error", () => {
    expect(() => findBenchmark("nasbench-201")).toThrow(
      /unknown benchmark "nasbench-201"; did you mean "nasbench201"\?/,
    );
  });

  it("every table and its space name each other", () => {
    for (const benchmark of benchmarks) expect(findArchitectureSpace(benchmark.space).benchmark).toBe(benchmark.name);
  });
});

describe("the NAS-Bench-201 table", () => {
  it("is smaller than 1.5 MB", () => {
    const path = fileURLToPath(new URL("../../assets/nasbench201.table", import.meta.url));
    expect(statSync(path).size).toBeLessThan(1_500_000);
  });

  it("has the known optima", () => {
    expect(best("cifar10-test")).toEqual([6111, 94.3733333]);
    expect(best("cifar10-valid")[1]).toBeCloseTo(91.6067, 4);
    expect(best("cifar100-test")).toEqual([9930, 73.5133333]);
    expect(best("cifar100-valid")[1]).toBeCloseTo(73.4933, 4);
  });

  it("has the official order (space-nasbench201 §3)", () => {
    expect(table.architecture(0)).toBe(
      "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
    );
    expect(table.architecture(9)).toBe("|avg_pool_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|");
    expect(table.architecture(123)).toBe(
      "|avg_pool_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|",
    );
  });

  it("finds published rows by their text, in every form", () => {
    const skips = "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|";
    const record = table.lookup(`Structure(4 nodes with ${skips})`);
    expect(record.architecture).toBe(skips);
    // The collapsed DARTS cell (space-nasbench201 §7).
    expect(record.metrics["cifar10-test"]).toBeCloseTo(54.3, 2);
    expect(record.metrics["cifar10-valid"]).toBeCloseTo(39.77, 2);
    expect(record.metrics["cifar100-test"]).toBeCloseTo(15.61, 2);
    expect(table.record(6111).metrics).toMatchObject({ params: 1.073466, macs: 153.27296 });
    expect(table.record(1).metrics).toMatchObject({ params: 0.802426, macs: 113.95136 });
  });

  it("has every architecture once", () => {
    const texts = Array.from({ length: table.size }, (_, index) => table.architecture(index));
    expect(new Set(texts).size).toBe(15_625);
    for (const index of [0, 1, 7_812, 15_624]) expect(table.lookup(texts[index] as string).index).toBe(index);
  });

  it("reproduces the rank correlations given with the data", () => {
    const test = table.column("cifar10-test");
    expect(spearman(table.column("cifar10-valid"), test)).toBeCloseTo(0.984, 3);
    expect(spearman(table.column("cifar100-test"), test)).toBeCloseTo(0.98, 3);
    expect(spearman(table.column("cifar10-valid-12ep"), test)).toBeCloseTo(0.772, 3);
    expect(spearman(table.column("params"), test)).toBeCloseTo(0.753, 3);
  });

  it("hands out columns that can be changed without harm", () => {
    table.column("cifar10-test").fill(0);
    expect(table.record(6111).metrics["cifar10-test"]).toBe(94.3733333);
  });

  it("refuses what it does not hold", () => {
    expect(() => table.record(15_625)).toThrow(/indices are 0 to 15624/);
    expect(() => table.record(0.5)).toThrow(/no index 0.5/);
    expect(() => table.column("cifar10_test")).toThrow(/did you mean "cifar10-test"/);
    expect(() => table.lookup("|nor_conv_7x7~0|+||+||")).toThrow(/"nor_conv_7x7" is not an operation/);
    expect(() => nasbench201Table("nowhere.table").record(0)).toThrow(/cannot read the benchmark table nowhere.table/);
  });

  it.skipIf(!hasSharedData)(`equals the data in every row and column ${needsSharedData}`, () => {
    const rows = sharedCsv("nasbench201.csv.gz");
    expect(rows).toHaveLength(table.size);
    const millions: Readonly<Record<string, string>> = { params: "params_m", macs: "flops_m" };
    const same = (record: BenchmarkRecord, row: Record<string, string>) =>
      record.architecture === row.arch &&
      record.runs["cifar10-test"]?.join(";") === row.cifar10_test_seeds?.split(";").map(Number).join(";") &&
      table.metrics.every(
        ({ name }) => record.metrics[name] === Number(row[millions[name] ?? name.replaceAll("-", "_")]),
      );
    const wrong = rows.findIndex((row, index) => !same(table.record(index), row));
    expect(wrong).toBe(-1);
  });
});
