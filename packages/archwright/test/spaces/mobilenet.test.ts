import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { mobilenetLike } from "../../src/spaces/mobilenet-like.ts";
import { canonicalMacro, nasbenchMacro } from "../../src/spaces/nasbench-macro.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "./shared-data.ts";

describe("the MobileNet-like space (space-mobilenet-like A)", () => {
  const cost = (codes: readonly number[]) => architectureCost(mobilenetLike, mobilenetLike.parse(codes.join(" ")));
  const everywhere = (code: number) => Array.from({ length: 21 }, () => code);

  it.each([
    ["all 0", everywhere(0), 460_908_960, 5_151_552],
    ["all 1", everywhere(1), 853_406_016, 7_816_008],
    ["all 5", everywhere(5), 1_036_673_856, 8_382_408],
    ["0 where needed", everywhere(-1).map((code, p) => (p % 4 === 0 ? 0 : code)), 182_479_200, 3_304_488],
  ])("costs of %s", (_, codes, macs, parameters) => {
    expect(cost(codes)).toEqual({ macs, parameters });
  });

  it("the stem, the first block and every position that is not left out are blocks", () => {
    const blocks = (codes: readonly number[]): number => {
      const plan = mobilenetLike.plan(codes, 1000);
      return plan.kind === "graph" ? plan.graph.blocks.length : 0;
    };
    expect(blocks(everywhere(0))).toBe(2 + 21);
    expect(blocks(everywhere(-1).map((code, p) => (p % 4 === 0 ? 0 : code)))).toBe(2 + 6);
  });

  it("has 6⁶·7¹⁵ architectures, and those drawn read back", () => {
    expect(mobilenetLike.size).toBe(6n ** 6n * 7n ** 15n);
    const random = Random.stream(1, "test/mobilenet");
    const drawn = Array.from({ length: 200 }, () => mobilenetLike.random(random));
    for (const codes of drawn) expect(mobilenetLike.parse(mobilenetLike.format(codes))).toEqual(codes);
    expect(drawn.some((codes) => codes[0] === -1 || codes[4] === -1)).toBe(false);
    expect(new Set(drawn.map((codes) => codes[1])).size).toBe(7);
  });

  it.each([0, 4, 8, 12, 16, 20])("position %i cannot be left out", (position) => {
    const codes = everywhere(2).with(position, -1);
    expect(() => mobilenetLike.parse(codes.join(" "))).toThrow(
      `position ${position} cannot be "-1"; it is one of 0, 1, 2`,
    );
  });

  it.each([
    ["1 2 3", /expected 21 numbers separated by blanks, found 3/],
    [everywhere(6).join(" "), /position 0 cannot be "6"/],
    [everywhere(0).with(3, 1.5).join(" "), /position 3 cannot be "1.5"/],
  ])("%j is refused", (text, message) => {
    expect(() => mobilenetLike.parse(text)).toThrow(message);
  });
});

describe("NAS-Bench-Macro (space-mobilenet-like B)", () => {
  const cost = (text: string) => architectureCost(nasbenchMacro, nasbenchMacro.parse(text));

  it.each([
    ["22212220", 1_985_514, 85_164_544],
    ["00000000", 387_882, 7_713_280],
    ["11111221", 2_181_386, 65_012_224],
    ["02012100", 890_666, 47_327_744],
  ])("costs of %s", (text, parameters, macs) => {
    expect(cost(text)).toEqual({ parameters, macs });
  });

  it("blocks are the places that are not identities", () => {
    const blocks = (text: string): number => {
      const plan = nasbenchMacro.plan(nasbenchMacro.parse(text), 10);
      return plan.kind === "graph" ? plan.graph.blocks.length : 0;
    };
    expect(["22222222", "00000000", "01000000"].map(blocks)).toEqual([1 + 8, 1 + 3, 1 + 4]);
  });

  it("equivalent architectures have one canonical form (§B5)", () => {
    const all = [...(nasbenchMacro.enumerate?.() ?? [])];
    expect(new Set(all.map((digits) => nasbenchMacro.format(digits))).size).toBe(6_561);
    expect(new Set(all.map((digits) => canonicalMacro(digits).join(""))).size).toBe(3_969);
    expect(canonicalMacro([2, 2, 1, 0, 2, 2, 2, 0]).join("")).toBe("22120220");
  });

  it.skipIf(!hasSharedData)(
    `parameters, MACs and accuracies of the table agree with it in all rows ${needsSharedData}`,
    () => {
      const rows = sharedCsv("nasbench-macro.csv.gz");
      const trained = new Map(rows.map((row) => [row.arch, row]));
      const wrong = rows.filter((row) => {
        const { parameters, macs } = cost(row.arch as string);
        const canonical = trained.get(canonicalMacro(nasbenchMacro.parse(row.arch as string)).join(""));
        return (
          parameters !== Number(row.params) ||
          macs !== Number(row.flops) ||
          canonical?.test_acc_seeds !== row.test_acc_seeds
        );
      });
      expect(rows).toHaveLength(6_561);
      expect(wrong).toEqual([]);
    },
  );

  it("refuses other digits and lengths, and nothing else", () => {
    expect(() => nasbenchMacro.parse("0123")).toThrow(/"3" is no choice; choices are 0 to 2 \(character 4\)/);
    expect(() => nasbenchMacro.parse("012")).toThrow(/expected 8 digits, found 3; spreadsheets drop zeros in front/);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const good = /^[012]{8}$/.test(text.trim());
        if (good) expect(nasbenchMacro.format(nasbenchMacro.parse(text))).toBe(text.trim());
        else expect(() => nasbenchMacro.parse(text)).toThrow(/not an architecture of nasbench-macro/);
      }),
    );
  });
});
