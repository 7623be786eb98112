import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { isConnected, isomorphismString, nestedIndex } from "../../../src/spaces/codecs/nasbench201.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { enumerateArchitectures } from "../../../src/spaces/sampling.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";

const { parse, format } = nasbench201;
const EXAMPLE = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|";

describe("reading", () => {
  it("gives the edges of the specification's example", () => {
    expect(
      parse(EXAMPLE).cell?.choices.map(({ source, target, operation }) => `${target}<-${source} ${operation}`),
    ).toEqual([
      "1<-0 nor_conv_3x3",
      "2<-0 nor_conv_3x3",
      "2<-1 avg_pool_3x3",
      "3<-0 skip_connect",
      "3<-1 nor_conv_3x3",
      "3<-2 skip_connect",
    ]);
  });

  it.each([
    ["the form of the benchmark's logs", `Structure(4 nodes with ${EXAMPLE})`],
    ["white space", `\n ${EXAMPLE.replaceAll("|", " | ").replaceAll("~", " ~ ")}\n`],
    ["sources in another order", EXAMPLE.replace("nor_conv_3x3~0|avg_pool_3x3~1", "avg_pool_3x3~1|nor_conv_3x3~0")],
  ])("accepts %s", (_, text) => {
    expect(format(parse(text))).toBe(EXAMPLE);
  });

  it("fills edges that are not listed with none", () => {
    expect(format(parse("|nor_conv_1x1~0|+|skip_connect~1|+|skip_connect~2|"))).toBe(
      "|nor_conv_1x1~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|",
    );
    expect(format(parse("++"))).toBe("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  });

  it.each([
    ["", 'expected 3 nodes separated by "+", found 1'],
    ["|none~0|+|none~0|none~1|", "expected 3 nodes"],
    [`${EXAMPLE}+|none~0|`, "expected 3 nodes"],
    ["|none~0|+|none|+||", 'expected "operation~source", found "none" (character 11)'],
    ["|none~0|+|none~-1|+||", 'found "none~-1"'],
    ["|none~0|+|conv~0|+||", '"conv" is not an operation of edge 2<-0'],
    ["|none~1|+||+||", "there is no edge from node 1 to node 1 (character 2)"],
    ["|none~0|none~0|+||+||", "node 1 has an edge with two operations"],
    ["Structure(5 nodes with ++)", "character"],
    [
      "Structure(4 nodes with |bad~0|+|+|)",
      '"bad" is not an operation of edge 1<-0 (none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3) (character 25)',
    ],
  ])("refuses %j", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  function holds(text: string): void {
    try {
      expect(format(parse(format(parse(text))))).toBe(format(parse(text)));
    } catch (error) {
      expect(error).toBeInstanceOf(ArchwrightError);
      expect((error as ArchwrightError).code).toBe("architecture");
    }
  }

  it("never fails in any other way: arbitrary characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), holds));
  });

  it("never fails in any other way: a valid text with a piece replaced", () => {
    const edit = fc.tuple(fc.nat(EXAMPLE.length), fc.nat(12), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(edit, ([start, length, insert]) =>
        holds(EXAMPLE.slice(0, start) + insert + EXAMPLE.slice(start + length)),
      ),
      { numRuns: 1000 },
    );
  });

  it("never fails in any other way: tokens in any order", () => {
    const token = fc.constantFrom(
      "|",
      "+",
      "~",
      "none",
      "skip_connect~0",
      "nor_conv_1x1~1",
      "0",
      "1",
      ";",
      "Structure(4 nodes with ",
      ")",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => holds(tokens.join(""))),
      { numRuns: 1000 },
    );
  });
});

describe("the isomorphism string", () => {
  it("has 6,466 values over the space, the published number of unique architectures", () => {
    expect(new Set(Array.from(enumerateArchitectures(nasbench201), isomorphismString)).size).toBe(6_466);
  });

  it("is that of the specification's isomorphic pair (§8)", () => {
    expect(isomorphismString(parse("|skip_connect~0|++|nor_conv_3x3~1|"))).toBe("#+#+(0)@nor_conv_3x3");
    expect(isomorphismString(parse("++|nor_conv_3x3~0|"))).toBe("#+#+(0)@nor_conv_3x3");
  });
});

describe("isConnected", () => {
  it("follows paths of operations other than none", () => {
    expect(isConnected(parse(EXAMPLE))).toBe(true);
    expect(isConnected(parse("++|skip_connect~0|"))).toBe(true);
    expect(isConnected(parse("|skip_connect~0|+|nor_conv_1x1~1|+|avg_pool_3x3~2|"))).toBe(true);
    expect(isConnected(parse("|nor_conv_3x3~0|+|nor_conv_3x3~1|+"))).toBe(false);
    expect(isConnected(parse("+|nor_conv_3x3~1|+|nor_conv_3x3~2|"))).toBe(false);
  });
});

describe("nestedIndex", () => {
  it("is the position in the enumeration", () => {
    let position = 0;
    for (const architecture of enumerateArchitectures(nasbench201)) {
      if (nestedIndex(nasbench201.cells[0] as CellTemplate, architecture) !== position++) expect.fail(`${position}`);
    }
  });
});
