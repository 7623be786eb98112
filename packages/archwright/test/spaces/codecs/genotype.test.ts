import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { dartsNoNone } from "../../../src/spaces/darts-no-none.ts";
import { s1 } from "../../../src/spaces/s1.ts";
import { DARTS_V1, DARTS_V2 } from "../genotypes.ts";

const v2 = darts.parse(DARTS_V2);

describe("reading published text", () => {
  it.each([
    ["double quotes", DARTS_V2.replaceAll("'", '"')],
    ["a range", DARTS_V2.replaceAll("[2, 3, 4, 5]", "range(2, 6)")],
    ["list(range)", DARTS_V2.replaceAll("[2, 3, 4, 5]", "list(range(2, 6))")],
    ["tuples for lists", DARTS_V2.replaceAll("[", "(").replaceAll("]", ")")],
    ["lists for tuples", DARTS_V2.replace(/\('(\w+)', (\d)\)/g, "['$1', $2]")],
    ["trailing commas", DARTS_V2.replaceAll("]", ",]").replace(/\)$/, ",)")],
    ["line breaks and indentation", DARTS_V2.replaceAll(", ", ",\n\t  ")],
    ["no white space", DARTS_V2.replaceAll(" ", "")],
    ["an assignment", `DARTS_V2 = ${DARTS_V2}\n`],
    ["another order of fields", DARTS_V2.replace(/\((normal=.*), (reduce=.*)\)$/, "($2, $1)")],
    ["no concatenation", DARTS_V2.replace(/, \w+_concat=\[[^\]]*\]/g, "")],
  ])("accepts %s", (_, text) => {
    expect(darts.parse(text)).toEqual(v2);
  });

  it("keeps the order of the pairs", () => {
    expect(
      darts
        .parse(DARTS_V1)
        .normal?.choices.slice(0, 2)
        .map(({ source }) => source),
    ).toEqual([1, 0]);
    expect(darts.format(darts.parse(DARTS_V1))).toBe(DARTS_V1.replaceAll("[2, 3, 4, 5]", "range(2, 6)"));
  });

  it("places pairs 2i and 2i+1 at node i+2", () => {
    expect(v2.normal?.choices.map(({ target }) => target)).toEqual([2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it("keeps a concatenation that omits nodes", () => {
    const text = DARTS_V2.replace("normal_concat=[2, 3, 4, 5]", "normal_concat=[3, 5]").replaceAll(
      "[2, 3, 4, 5]",
      "range(2, 6)",
    );
    expect(darts.parse(text).normal?.concat).toEqual([3, 5]);
    expect(darts.format(darts.parse(text))).toBe(text);
    expect(v2.normal).not.toHaveProperty("concat");
  });

  it("accepts two operations from one source, as published cells have them", () => {
    expect(() => darts.parse(DARTS_V2.replace("'sep_conv_3x3', 1", "'max_pool_3x3', 0"))).not.toThrow();
  });
});

describe("refusing text", () => {
  const at = (text: string, part: string) => `(character ${text.indexOf(part) + 1})`;
  const cases: [string, string, string][] = [
    ["empty text", "", 'expected "Genotype", found the end (character 1)'],
    ["another constructor", "Cell()", 'expected "Genotype", found "Cell" (character 1)'],
    ["no cells", "Genotype()", '"normal=" is missing'],
    ["a strange character", "Genotype(normal=[;])", 'unexpected ";" (character 18)'],
    ["an unknown field", DARTS_V2.replace("reduce=", "other="), 'unknown field "other"'],
    ["a field given twice", DARTS_V2.replace("reduce=", "normal="), '"normal=" is given twice'],
    ["text behind the end", `${DARTS_V2} more`, 'expected the end, found "more"'],
    ["an open string", "Genotype(normal=[('sep", 'unexpected "\'" (character 19)'],
    ["a missing source", "Genotype(normal=[('skip_connect')])", 'expected ",", found ")" (character 33)'],
    ["a huge node", "Genotype(normal=[('skip_connect', 99999999999)])", '"99999999999" is too large (character 35)'],
    ["a negative node", "Genotype(normal=[('skip_connect', -1)])", 'unexpected "-" (character 35)'],
    ["a range of three", "Genotype(normal_concat=range(2, 6, 1))", "range takes two numbers here (character 24)"],
    [
      "a missing pair",
      DARTS_V2.replace("('sep_conv_3x3', 0), ", ""),
      "normal: expected 8 (operation, source) pairs, found 7",
    ],
    [
      "an unknown operation",
      DARTS_V2.replace("dil_conv_3x3", "dil_conv_9x9"),
      `"dil_conv_9x9" is not an operation of edge 5<-2`,
    ],
    [
      "a forward source",
      DARTS_V2.replace("'dil_conv_3x3', 2", "'dil_conv_3x3', 5"),
      `there is no edge from node 5 to node 5 ${at(DARTS_V2, "'dil_conv_3x3'")}`,
    ],
    ["none", DARTS_V2.replace("dil_conv_3x3", "none"), '"none" is not allowed in an architecture'],
    ["an input in the concatenation", DARTS_V2.replaceAll("[2, 3, 4, 5]", "range(0, 6)"), "cannot hold node 0"],
    ["an empty concatenation", DARTS_V2.replaceAll("[2, 3, 4, 5]", "range(6, 2)"), "the concatenation is empty"],
  ];
  it.each(cases)("%s", (_, text, message) => {
    expect(() => darts.parse(text)).toThrow(message);
  });
});

describe.each([darts, dartsNoNone, s1].map((space) => [space.name, space] as const))("any text in %s", (_, space) => {
  /** Reading either works, and then writing and reading again gives the same, or throws the one error there is. */
  function holds(text: string): void {
    let architecture: ReturnType<typeof space.parse>;
    try {
      architecture = space.parse(text);
    } catch (error) {
      expect(error).toBeInstanceOf(ArchwrightError);
      expect((error as ArchwrightError).code).toBe("architecture");
      expect((error as ArchwrightError).message).not.toContain("\n");
      return;
    }
    expect(space.parse(space.format(architecture))).toEqual(architecture);
  }

  it("arbitrary characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), holds));
  });

  it("a valid text with a piece replaced", () => {
    const edit = fc.tuple(fc.nat(DARTS_V2.length), fc.nat(12), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(edit, ([start, length, insert]) =>
        holds(DARTS_V2.slice(0, start) + insert + DARTS_V2.slice(start + length)),
      ),
      { numRuns: 500 },
    );
  });

  it("tokens in any order", () => {
    const token = fc.constantFrom(
      ..."Genotype ( ) [ ] , = normal reduce normal_concat reduce_concat range list 'skip_connect' 0 2 6 __proto__ constructor".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => holds(`Genotype(${tokens.join(" ")})`)),
      { numRuns: 500 },
    );
  });

  it("deep nesting", () => {
    holds(`Genotype(normal=${"[".repeat(100_000)}`);
    holds(`Genotype(normal_concat=${"list(".repeat(100_000)}`);
  });
});
