import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { isConnected, isomorphismString, nestedIndex } from "../../../src/spaces/codecs/nasbench201.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { enumerateArchitectures } from "../../../src/spaces/sampling.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";

const { parse, format } = nasbench201;
const EXAMPLE = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|";

/** The text with `none` on the edges that it does not list. */
const full = (text: string): string =>
  text
    .split("+")
    .map((node, i) => {
      const listed = node.split("|").filter((token) => token !== "");
      const edge = (source: number): string => listed.find((token) => token.endsWith(`~${source}`)) ?? `none~${source}`;
      return `|${Array.from({ length: i + 1 }, (_, source) => edge(source)).join("|")}|`;
    })
    .join("+");

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
    ["a line of a log", `[2020-03-01] the last genotype : Structure(4 nodes with ${EXAMPLE})`],
    ["quotes around it, as CSV has them", `"${EXAMPLE}"`],
    ["a byte order mark and the line ends of Windows", `\uFEFF${EXAMPLE}\r\n`],
    ["white space", `\n ${EXAMPLE.replaceAll("|", " | ").replaceAll("~", " ~ ")}\n`],
    ["sources in another order", EXAMPLE.replace("nor_conv_3x3~0|avg_pool_3x3~1", "avg_pool_3x3~1|nor_conv_3x3~0")],
  ])("accepts %s", (_, text) => {
    expect(format(parse(text))).toBe(EXAMPLE);
  });

  it.each([
    ["", 'expected 3 nodes separated by "+", found 1'],
    ["|none~0|+|none~0|none~1|", "expected 3 nodes"],
    [`${EXAMPLE}+|none~0|`, "expected 3 nodes"],
    ["|none~0|+|none|+||", 'expected "operation~source", found "none" (character 11)'],
    ["|none~0|+|none~-1|+||", 'found "none~-1"'],
    ["|none~0|+|conv~0|+||", '"conv" is not an operation of edge 2<-0'],
    ["|none~1|+||+||", "there is no edge from node 1 to node 1 (character 2)"],
    ["|none~0|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", "node 1 has an edge with two operations"],
    ["Structure(5 nodes with ++)", "character"],
    // A text that was cut off is not another network.
    [
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|+|skip_connect~0|",
      "3 of 6 edges are missing: 2<-1, 3<-1, 3<-2; each has its operation, also where that is none",
    ],
    ["++", "6 of 6 edges are missing"],
    [
      "6111",
      "if it is an index of the benchmark, `archwright lookup --benchmark nasbench201 --index 6111` shows the cell",
    ],
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
    expect(isomorphismString(parse(full("|skip_connect~0|++|nor_conv_3x3~1|")))).toBe("#+#+(0)@nor_conv_3x3");
    expect(isomorphismString(parse(full("++|nor_conv_3x3~0|")))).toBe("#+#+(0)@nor_conv_3x3");
  });
});

describe("isConnected", () => {
  it("follows paths of operations other than none", () => {
    expect(isConnected(parse(EXAMPLE))).toBe(true);
    expect(isConnected(parse(full("++|skip_connect~0|")))).toBe(true);
    expect(isConnected(parse(full("|skip_connect~0|+|nor_conv_1x1~1|+|avg_pool_3x3~2|")))).toBe(true);
    expect(isConnected(parse(full("|nor_conv_3x3~0|+|nor_conv_3x3~1|+")))).toBe(false);
    expect(isConnected(parse(full("+|nor_conv_3x3~1|+|nor_conv_3x3~2|")))).toBe(false);
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
