/** The tables in the package against published optima and, where they are at hand, the files they were made from. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { benchmarks, findBenchmark, openBenchmark } from "../../src/benchmarks/registry.ts";
import { records } from "../../src/benchmarks/sampling.ts";
import { canonicalMacro } from "../../src/spaces/nasbench-macro.ts";
import { kendall, spearman } from "../../src/statistics/ranks.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "../spaces/shared-data.ts";

function best(table: string, metric: string): [string, number] {
  const benchmark = findBenchmark(table);
  const column = benchmark.column(metric);
  const index = column.reduce((top, value, i) => (value > (column[top] as number) ? i : top), 0);
  return [benchmark.architecture(index), column[index] as number];
}

it("are small", () => {
  for (const { name } of benchmarks) {
    const path = fileURLToPath(new URL(`../../assets/${name}.table`, import.meta.url));
    expect(statSync(path).size).toBeLessThan(1_500_000);
  }
});

it("are found by name, files by path", () => {
  expect(openBenchmark("NASBench-Macro")).toBe(findBenchmark("nasbench-macro"));
  expect(openBenchmark(fileURLToPath(new URL("../../assets/nasbench-macro.table", import.meta.url))).size).toBe(6_561);
  expect(() => openBenchmark("./nowhere.awt")).toThrow(/cannot read the benchmark table .\/nowhere.awt/);
});

describe("NAS-Bench-Macro (space-mobilenet-like B3)", () => {
  const table = findBenchmark("nasbench-macro");

  it("has the known extremes and baselines", () => {
    const [architecture, accuracy] = best("nasbench-macro", "cifar10-test");
    expect(canonicalMacro(Array.from(architecture, Number)).join("")).toBe("22212220");
    expect(accuracy).toBeCloseTo(93.1267, 4);
    expect(table.lookup("11111221").metrics["cifar10-test"]).toBeCloseTo(92.3033, 4);
    expect(table.lookup("02012100").metrics["cifar10-test"]).toBeCloseTo(89.1967, 4);
    expect(table.lookup("00000000")).toMatchObject({
      metrics: { params: 387_882, macs: 7_713_280 },
      runs: { "cifar10-test": [45.32, 45.33, 45.44] },
    });
    const test = table.column("cifar10-test");
    expect(spearman(table.column("macs"), test)).toBeCloseTo(0.748, 3);
    expect(kendall(table.column("macs"), test)).toBeCloseTo(0.556, 3);
    expect(spearman(table.column("params"), test)).toBeCloseTo(0.318, 3);
  });

  it("has the published spread (§B3)", () => {
    const test = table.column("cifar10-test");
    const mean = test.reduce((sum, value) => sum + value, 0) / test.length;
    const deviation = Math.sqrt(test.reduce((sum, value) => sum + (value - mean) ** 2, 0) / test.length);
    const sorted = Float64Array.from(test).sort();
    expect(mean).toBeCloseTo(90.247, 3);
    expect(deviation).toBeCloseTo(2.683, 3);
    expect(sorted[3_280]).toBeCloseTo(90.99, 3);
    expect(new Set(test).size).toBe(2_331);
    expect(Math.max(...table.column("params"))).toBe(2_932_586);
    expect(Math.max(...table.column("macs"))).toBe(105_660_928);
  });

  it("has the published means by operation and position", () => {
    const expected = [
      [88.615, 90.822, 91.304],
      [88.932, 90.73, 91.077],
      [88.667, 90.799, 91.273],
      [89.403, 90.583, 90.754],
      [89.403, 90.562, 90.775],
      [89.197, 90.644, 90.899],
      [89.85, 90.359, 90.531],
      [89.85, 90.358, 90.532],
    ];
    const sums = expected.map(() => [0, 0, 0]);
    for (const { architecture, metrics } of records(table)) {
      for (const [position, digit] of Array.from(architecture, Number).entries()) {
        const row = sums[position] as number[];
        row[digit] = (row[digit] as number) + (metrics["cifar10-test"] as number) / 2_187;
      }
    }
    for (const [p, row] of sums.entries()) {
      for (const [o, mean] of row.entries()) expect(mean).toBeCloseTo(expected[p]?.[o] as number, 3);
    }
  });
});

describe("TransNAS-Bench-101 (space-transnasbench101 §5)", () => {
  it.each([
    ["class-scene", "224131", 57.479],
    ["room-layout", "22333", -0.5628],
    ["jigsaw", "2243", 97.019],
    ["segmentsemantic", "211314", 29.662],
    ["normal", "224111", 0.64354],
    ["autoencoder", "221113", 0.76878],
  ])("the best skeleton for %s", (task, modules, value) => {
    const [architecture, found] = best("transnasbench101-macro", `${task}-valid-best`);
    expect(architecture).toBe(`64-${modules}-basic`);
    expect(Math.abs(found - value)).toBeLessThan(10 ** -(String(value).split(".")[1]?.length ?? 0));
  });

  it.each([
    ["class-scene", "3_32_132", 54.936],
    ["room-layout", "3_11_131", -0.5938],
    ["jigsaw", "3_30_132", 95.372],
    ["segmentsemantic", "3_33_213", 26.271],
    ["normal", "3_31_332", 0.59622],
    ["autoencoder", "1_20_310", 0.57723],
  ])("the best cell for %s", (task, cell, value) => {
    const [architecture, found] = best("transnasbench101-micro", `${task}-valid-best`);
    expect(architecture).toBe(`64-41414-${cell}`);
    expect(Math.abs(found - value)).toBeLessThan(10 ** -(String(value).split(".")[1]?.length ?? 0));
  });

  it.each([
    ["class-scene", 52.93, 46.33, 45.23, 7.48],
    ["room-layout", -0.648, -0.7665, -0.7265, -1.0942],
    ["jigsaw", 93.43, 73.91, 76.57, 0.1145],
    ["segmentsemantic", 24.47, 18.76, 19.95, 5.41],
    ["normal", 0.5658, 0.4917, 0.5186, 0.306],
    ["autoencoder", 0.5228, 0.2882, 0.4589, 0.0433],
  ])("means and minima for %s", (task, macroMean, macroLeast, microMean, microLeast) => {
    for (const [space, mean, least] of [
      ["macro", macroMean, macroLeast],
      ["micro", microMean, microLeast],
    ] as const) {
      const column = findBenchmark(`transnasbench101-${space}`).column(`${task}-valid-best`);
      const known = Array.from(column).filter((value) => !Number.isNaN(value));
      const digits = (value: number): number => 10 ** -(String(value).split(".")[1]?.length ?? 0);
      expect(Math.abs(known.reduce((sum, value) => sum + value, 0) / known.length - mean)).toBeLessThan(digits(mean));
      expect(Math.abs(Math.min(...known) - least)).toBeLessThan(digits(least));
    }
  });

  it.each([
    ["class-scene", 0.695, 0.514],
    ["room-layout", 0.367, 0.225],
    ["jigsaw", 0.493, 0.336],
    ["segmentsemantic", 0.697, 0.517],
    ["normal", 0.713, 0.531],
    ["autoencoder", -0.066, -0.047],
  ])("counting convolutions ranks cells for %s as published", (task, rho, tau) => {
    const table = findBenchmark("transnasbench101-micro");
    const counts = Array.from({ length: table.size }, (_, i) => {
      const digits = table.architecture(i).slice("64-41414-".length);
      return Array.from(digits).reduce((sum, digit) => sum + (digit === "3" ? 9 : digit === "2" ? 1 : 0), 0);
    });
    const results = table.column(`${task}-valid-best`);
    expect(spearman(counts, results)).toBeCloseTo(rho, 3);
    expect(kendall(counts, results)).toBeCloseTo(tau, 3);
  });

  it("NASLib's tuples find the values it gives (§6)", () => {
    const micro = findBenchmark("transnasbench101-micro").lookup("(1, 0, 0, 2, 1, 0)");
    expect(micro.metrics["class-scene-valid-final"]).toBeCloseTo(34.8925, 4);
    const macro = findBenchmark("transnasbench101-macro").lookup("(1, 2, 4, 2, 0, 0)");
    expect(macro.metrics["class-scene-valid-best"]).toBeCloseTo(54.2944, 4);
  });

  it("a result that is missing in the source is absent", () => {
    const { metrics } = findBenchmark("transnasbench101-macro").lookup("113444");
    expect(metrics["class-scene-valid-final"]).toBeCloseTo(51.5475731, 7);
    expect(metrics).not.toHaveProperty("class-scene-valid-best");
  });

  it.skipIf(!hasSharedData)(`all values are the source's ${needsSharedData}`, () => {
    for (const space of ["micro", "macro"]) {
      const table = findBenchmark(`transnasbench101-${space}`);
      const rows = sharedCsv(`transnasbench101-${space}.csv.gz`);
      expect(rows).toHaveLength(table.size);
      const wrong = rows.filter(({ arch, ...values }, index) => {
        const { architecture, metrics } = table.record(index);
        const same = Object.entries(values).every(
          ([column, text]) => metrics[column.replaceAll("_", "-")] === (text === "" ? undefined : Number(text)),
        );
        return architecture !== arch || !same;
      });
      expect(wrong).toEqual([]);
    }
  });
});
