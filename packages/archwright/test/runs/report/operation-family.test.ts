/** Families of operations: the names of the spaces in the literature, and legible colours. */
import { describe, expect, test } from "vitest";
import { familyStyle, operationFamily } from "../../../src/runs/report/operation-family.ts";
import { channels, contrast } from "./contrast.ts";

describe("names", () => {
  test.each([
    ["none", "none"],
    ["skip_connect", "skip"],
    ["nor_conv_1x1", "convolution"],
    ["conv3x3-bn-relu", "convolution"],
    ["MB6_K5", "convolution"],
    ["sep_conv_5x5", "separable"],
    ["dil_conv_3x3", "dilated"],
    ["avg_pool_3x3", "pooling"],
    ["maxpool3x3", "pooling"],
    ["Identity", "skip"],
    ["noise", "other"],
  ])("%s is %s", (name, family) => expect(operationFamily(name)).toBe(family));
});

test("the contrast of black and white is 21 to 1", () => {
  expect(contrast(channels("#000000"), channels("rgb(255, 255, 255)"))).toBeCloseTo(21, 10);
});

test("labels can be read in every family, light and dark", () => {
  const tones = [...familyStyle.matchAll(/--tint:(#\w{6});--text:(#\w{6})/g)];
  expect(tones).toHaveLength(14);
  for (const [, tint = "", text = ""] of tones) {
    expect(contrast(channels(tint), channels(text))).toBeGreaterThanOrEqual(4.5);
  }
});
