import { describe, expect, it } from "vitest";
import { networkCost, supernetParameters } from "../../src/spaces/cost.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { enumerateArchitectures } from "../../src/spaces/sampling.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "./shared-data.ts";

const everywhere = (operation: string) =>
  nasbench201.parse(`|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`);

const parameters = (operation: string, classes: number) =>
  networkCost(nasbench201, everywhere(operation), { classes }).parameters;

describe("nasbench201 (space-nasbench201)", () => {
  it("stacks 17 blocks, 15 of them cells", () => {
    const { blocks, head, stem } = nasbench201.skeleton({
      ...nasbench201.sizes.search,
      classes: 10,
      purpose: "search",
    });
    expect(blocks).toHaveLength(17);
    expect(blocks.filter(({ kind }) => kind === "cell")).toHaveLength(15);
    expect(blocks.flatMap(({ kind }, k) => (kind === "residual" ? [k] : []))).toEqual([5, 11]);
    expect(stem.channels).toBe(16);
    expect(head).toEqual({ normalized: true, channels: 64, classes: 10 });
  });

  it("has the published parameter counts (§8)", () => {
    expect([10, 100, 120].map((classes) => parameters("nor_conv_3x3", classes))).toEqual([
      1_531_546, 1_537_396, 1_538_696,
    ]);
    expect(parameters("nor_conv_1x1", 10)).toBe(241_306);
    expect(["none", "skip_connect", "avg_pool_3x3"].map((operation) => parameters(operation, 10))).toEqual([
      73_306, 73_306, 73_306,
    ]);
    expect(supernetParameters(nasbench201)).toBe(1_686_106);
  });

  it("has no ImageNet stem and no auxiliary head", () => {
    expect(() => networkCost(nasbench201, everywhere("none"), { stem: "imagenet" })).toThrow(/no ImageNet stem/);
    expect(() => networkCost(nasbench201, everywhere("none"), { auxiliary: true })).toThrow(/no auxiliary head/);
  });

  it("parameters and MACs follow the closed forms of the table's columns", () => {
    for (const architecture of enumerateArchitectures(nasbench201)) {
      const names = architecture.cell?.choices.map(({ operation }) => operation) ?? [];
      const ones = names.filter((name) => name === "nor_conv_1x1").length;
      const threes = names.filter((name) => name === "nor_conv_3x3").length;
      const { parameters: count, macs } = networkCost(nasbench201, architecture);
      // In millions: 0.073306 + 0.028·(#1×1) + 0.24304·(#3×3) and 7.78304 + 3.93216·(#1×1) + 35.38944·(#3×3).
      if (count !== 73_306 + 28_000 * ones + 243_040 * threes)
        expect.fail(`parameters of ${nasbench201.format(architecture)}`);
      if (macs !== 7_783_040 + 3_932_160 * ones + 35_389_440 * threes)
        expect.fail(`MACs of ${nasbench201.format(architecture)}`);
    }
  });

  it.skipIf(!hasSharedData)(`parameters and MACs equal the benchmark's for all 15,625 cells ${needsSharedData}`, () => {
    const rows = sharedCsv("nasbench201.csv.gz");
    expect(rows).toHaveLength(15_625);
    for (const { arch = "", params_m, flops_m } of rows) {
      const cost = networkCost(nasbench201, nasbench201.parse(arch));
      if (cost.parameters / 1e6 !== Number(params_m)) expect.fail(`parameters of ${arch}`);
      if (cost.macs / 1e6 !== Number(flops_m)) expect.fail(`MACs of ${arch}`);
    }
  });
});
