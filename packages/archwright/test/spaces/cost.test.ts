import { describe, expect, it } from "vitest";
import { cell } from "../../src/spaces/cells.ts";
import { networkCost } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { DARTS_V2 } from "./genotypes.ts";

const v2 = darts.parse(DARTS_V2);
const skips = nasbench201.parse(
  "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|",
);

describe("networkCost", () => {
  it("counts MACs in proportion to the pixels, but for the classifier", () => {
    const classifier = 640;
    const macs = (imageSize: number) => networkCost(nasbench201, skips, { imageSize }).macs - classifier;
    expect(macs(64)).toBe(4 * macs(32));
    expect(macs(16)).toBe(macs(32) / 4);
  });

  it("leaves cell BN without weights in the form of the search", () => {
    const search = networkCost(nasbench201, skips, { purpose: "search" });
    expect(search).toEqual(networkCost(nasbench201, skips)); // no parametric operation, hence no cell BN
    const convs = nasbench201.parse("|nor_conv_1x1~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    const norms =
      networkCost(nasbench201, convs).parameters - networkCost(nasbench201, convs, { purpose: "search" }).parameters;
    expect(norms).toBe(2 * 5 * (16 + 32 + 64));
  });

  it("gives a cell with its own concatenation as many channels as it names nodes", () => {
    const options = { size: { channels: 8, cells: 1 }, classes: 10 };
    const parameters = (concat: string) =>
      networkCost(darts, darts.parse(DARTS_V2.replace(/reduce_concat=.*\)/, `reduce_concat=${concat})`)), options)
        .parameters;
    // One cell is a reduction to 16 channels, so each node left out takes 16 weights for each of 10 classes.
    expect(parameters("range(2, 6)") - parameters("[5, 3]")).toBe(2 * 16 * 10);
  });

  it("refuses images that cannot be halved", () => {
    expect(() => networkCost(darts, v2, { imageSize: 30 })).toThrow(/images of 30 pixels cannot be halved/);
    expect(() => networkCost(nasbench201, skips, { imageSize: 28 })).not.toThrow();
    expect(() => networkCost(nasbench201, skips, { imageSize: 0 })).toThrow(/images of 0 pixels/);
  });

  it("refuses an auxiliary head on too small a map", () => {
    expect(() => networkCost(darts, v2, { imageSize: 16, auxiliary: true })).toThrow(/at least 8 pixels, got 4/);
  });
});

describe("cell", () => {
  it("repeats one list of operations for every edge", () => {
    expect(cell("cell", { nodes: 3, operations: ["none"] }).operations).toEqual([["none"], ["none"], ["none"]]);
  });
});
