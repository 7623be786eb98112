/** ENAS macro architectures: text forms, costs, networks (space-enas §1, §4). */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { poolLayers } from "../../src/spaces/enas/network.ts";
import { enasMacro6, enasMacro12, enasMacroSpace } from "../../src/spaces/enas.ts";
import { hasSharedData, needsSharedData, sharedFolder } from "./shared-data.ts";

const best = "[[2],[5,0],[4,0,0],[0,0,0,1],[5,1,0,0,0],[2,0,0,1,1,0]]";

it("reads nested lists with and without blanks, and flat numbers", () => {
  const architecture = enasMacro6.parse(best);
  expect(architecture[3]).toEqual({ operation: 0, skips: [0, 0, 1] });
  expect(enasMacro6.format(architecture)).toBe(best);
  expect(enasMacro6.parse(` ${best.replaceAll(",", ", ")} `)).toEqual(architecture);
  expect(enasMacro6.parse(best.replaceAll(/[[\],]+/g, " "))).toEqual(architecture);
});

it.each([
  ["[[2],[5,0]]", "expected 6 layers, found 2"],
  ["[[2],[5,0],[4,0,0],[0,0,0,1],[5,1,0,0,0],[2,0,0,1,1]]", "layer 6 has 4 skips, there must be 5"],
  [best.replace("[2]", "[6]"), "layer 1 has the operation 6; operations are 0 conv3x3, 1 sep_conv_3x3"],
  [best.replace("[2]", "[]"), "layer 1 has the operation undefined"],
  [best.replace("[5,0]", "[5,2]"), "layer 2 has the skip 2 instead of 0 or 1"],
  ["[[2],", "expected a value, found the end (character 6)"],
  ["[2, 5, 0]", "expected a list of layers such as"],
  [`${best}]`, 'expected the end, found "]"'],
  ["1 2 3", "expected 21 numbers for 6 layers, found 3"],
  ["", "expected 21 numbers for 6 layers, found 0"],
  ["x".repeat(3), "expected 21 numbers for 6 layers, found 1"],
])("%j is refused", (text, message) => {
  expect(() => enasMacro6.parse(text)).toThrow(message);
});

it("has 6^L·2^(L(L-1)/2) architectures", () => {
  expect(enasMacro6.size).toBe(1_528_823_808n);
  expect(Number(enasMacro12.size) / 1.6e29).toBeCloseTo(1, 1);
});

it("pools after layers 1 and 3 of six, 3 and 7 of twelve", () => {
  expect(poolLayers(6)).toEqual([1, 3]);
  expect(poolLayers(12)).toEqual([3, 7]);
});

/** Conv k×k from a to b channels with batch norm, and what it costs at a resolution. */
const conv = (a: number, b: number, k: number, size: number, groups = 1) => ({
  parameters: (a / groups) * b * k * k + 2 * b,
  macs: (a / groups) * b * k * k * size * size,
});
const total = (parts: readonly { parameters: number; macs: number }[]) => ({
  parameters: parts.reduce((sum, part) => sum + part.parameters, 0),
  macs: parts.reduce((sum, part) => sum + part.macs, 0),
});
/** A factorized reduction of a node to twice its channels, at half its size: two convolutions, one batch norm. */
const reduction = (channels: number, size: number) => ({
  parameters: 2 * channels * channels + 4 * channels,
  macs: 2 * channels * channels * size * size,
});
const head = { parameters: 3840, macs: 3840 };

it("pools without skips cost the stem, a 1×1 convolution for every layer but the first, two reductions and the head", () => {
  const pools = "[[5],[4,0],[5,0,0],[4,0,0,0],[5,0,0,0,0],[4,0,0,0,0,0]]";
  const expected = total([
    conv(3, 96, 3, 32),
    conv(96, 96, 1, 32),
    reduction(96, 16),
    conv(192, 192, 1, 16),
    conv(192, 192, 1, 16),
    reduction(192, 8),
    conv(384, 384, 1, 8),
    conv(384, 384, 1, 8),
    head,
  ]);
  expect(architectureCost(enasMacro6, enasMacro6.parse(pools))).toEqual(expected);
});

it("a skip over a pool costs a reduction of the node and a wider 1×1 convolution; separable is two convolutions", () => {
  // Layer 3 is separable 5×5 and reads the stem as well.
  const one = "[[5],[4,0],[3,1,0],[4,0,0,0],[5,0,0,0,0],[4,0,0,0,0,0]]";
  const common = [
    conv(3, 96, 3, 32),
    conv(96, 96, 1, 32),
    reduction(96, 16),
    reduction(96, 16),
    conv(192, 192, 1, 16),
    conv(2 * 192, 192, 1, 16),
    conv(192, 192, 1, 16),
    reduction(192, 8),
    conv(384, 384, 1, 8),
    conv(384, 384, 1, 8),
    head,
  ];
  const depthwise = { parameters: 192 * 25, macs: 192 * 25 * 256 };
  const separable = total([...common, depthwise, conv(192, 192, 1, 16)]);
  expect(architectureCost(enasMacro6, enasMacro6.parse(one))).toEqual(separable);
  const released = enasMacroSpace({ layers: 6, channels: 96, fullConvolutions: true });
  expect(architectureCost(released, released.parse(one))).toEqual(total([...common, conv(192, 192, 5, 16)]));
});

it("mutation changes one operation or one skip, and reaches all of both", () => {
  const random = Random.stream(3, "test/enas");
  const parent = enasMacro6.parse(best);
  const flat = (text: string) => text.match(/\d/g) as string[];
  const places = Array.from({ length: 600 }, () => {
    const child = enasMacro6.format(enasMacro6.mutate(parent, random));
    const changed = flat(child).flatMap((digit, i) => (digit === flat(best)[i] ? [] : [i]));
    expect(changed).toHaveLength(1);
    return changed[0];
  });
  expect(new Set(places).size).toBe(21);
});

it.skipIf(!hasSharedData)(`the architectures of D-VAE's file are of the space ${needsSharedData}`, () => {
  const lines = gunzipSync(readFileSync(`${sharedFolder}enas-macro6.jsonl.gz`))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const architectures = lines.map((line) => enasMacro6.parse(JSON.stringify(JSON.parse(line).arch)));
  const skips = architectures.flatMap((layers) => layers.flatMap((layer) => layer.skips));
  // 0.300 of the file's, of which these are most (space-enas §5).
  expect(skips.reduce((sum, skip) => sum + skip, 0) / skips.length).toBeCloseTo(0.3, 2);
  expect(architectures).toHaveLength(17_447);
});
