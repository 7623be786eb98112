import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { architectureProblem } from "../../../src/spaces/architecture.ts";
import { networkCost } from "../../../src/spaces/cost.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { dartsNoNone } from "../../../src/spaces/darts-no-none.ts";
import { s1 } from "../../../src/spaces/s1.ts";
import { DARTS_V1, DARTS_V2 } from "../genotypes.ts";

const v2 = darts.parse(DARTS_V2);

/** `{'normal': [...], 'normal_concat': [2, 3, 4, 5], ...}` */
const asRecord = (text: string): string => text.replace(/^Genotype\((.*)\)$/, "{$1}").replaceAll(/(\w+)=/g, "'$1': ");
/** Pairs 2i and 2i+1 in a list of their own. */
const grouped = (text: string): string => text.replaceAll(/(\('\w+', \d\), \('\w+', \d\))/g, "[$1]");

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
    ["a line of a log", `2018-06-27 13:25:46,379 genotype = ${DARTS_V2}\n2018-06-27 13:26:01,120 epoch 1 (lr 0.025)`],
    ["a comment above and behind", `# found with seed 2, 97.24 %\n# (see the appendix)\n${DARTS_V2}  # second`],
    ["comments in it", DARTS_V2.replaceAll("), (", "), # a step\n(")],
    ["a module's name", `genotypes.${DARTS_V2}`],
    ["quotes around it", `"${DARTS_V2}"`],
    [
      "a byte order mark, no-break spaces and line ends of Windows",
      `\uFEFF${DARTS_V2.replaceAll(", ", ",\u00A0\r\n")}\r\n`,
    ],
    ["typographic quotes", DARTS_V2.replaceAll(/'(\w+)'/g, "‘$1’")],
    ["a dictionary of Python", asRecord(DARTS_V2).replaceAll("[2, 3, 4, 5]", "range(2, 6)")],
    [
      "JSON",
      JSON.stringify(JSON.parse(asRecord(DARTS_V2).replaceAll("'", '"').replaceAll("(", "[").replaceAll(")", "]"))),
    ],
    ["further fields", asRecord(DARTS_V2).replace("{", "{'val_acc': 97.1, 'aux': [None, {'lr': -2.5e-2}], ")],
    ["further fields in a call", DARTS_V2.replace(/\)$/, ", connects=None, epochs=50)")],
    ["a record in another one", `{"name": "DARTS_V2", "genotype": ${asRecord(DARTS_V2)}, "seed": 2}`],
    ["the text in JSON", JSON.stringify({ architecture: DARTS_V2, forms: { darts: DARTS_V2 } }, null, 2)],
    ["groups by node", grouped(DARTS_V2)],
    ["groups of tuples", grouped(DARTS_V2).replaceAll("[[", "((").replaceAll("]]", "))").replaceAll("], [", "), (")],
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

it("DARTS_V1 as repositories print it, grouped by node: the published costs", () => {
  const architecture = darts.parse(
    "Genotype(normal=[[('sep_conv_3x3', 1), ('sep_conv_3x3', 0)], [('skip_connect', 0), ('sep_conv_3x3', 1)], [('skip_connect', 0), ('sep_conv_3x3', 1)], [('sep_conv_3x3', 0), ('skip_connect', 2)]], normal_concat=range(2, 6), reduce=[[('max_pool_3x3', 0), ('max_pool_3x3', 1)], [('skip_connect', 2), ('max_pool_3x3', 0)], [('max_pool_3x3', 0), ('skip_connect', 2)], [('skip_connect', 2), ('avg_pool_3x3', 0)]], reduce_concat=range(2, 6))",
  );
  expect(architecture).toEqual(darts.parse(DARTS_V1));
  expect(networkCost(darts, architecture)).toEqual({ parameters: 3_169_414, macs: 500_987_520 });
});

it("none is read, as published cells have it; that it is outside what a search may return is known", () => {
  const text = DARTS_V2.replace("dil_conv_3x3", "none");
  const architecture = darts.parse(text);
  expect(architectureProblem(darts, architecture)?.message).toBe(
    '"none" is not allowed in an architecture (edge 5<-2)',
  );
  expect(darts.parse(darts.format(architecture))).toEqual(architecture);
  expect(() => dartsNoNone.parse(text)).toThrow('"none" is not an operation of edge 5<-2');
});

describe("refusing text", () => {
  const at = (text: string, part: string) => `(character ${text.indexOf(part) + 1})`;
  const cases: [string, string, string][] = [
    ["empty text", "", "expected Genotype(normal=[('operation', source), ...], ...), found nothing (character 1)"],
    ["another constructor", "Cell()", 'found "Cell()" (character 1)'],
    ["two that differ", `V1 = ${DARTS_V1}\nV2 = ${DARTS_V2}`, "the text holds 2 genotypes, of which two differ"],
    ["a group too few", grouped(DARTS_V2).replace(/\[\([^[]*\], /, ""), "normal: expected 4 nodes, found 3"],
    [
      "a group of three",
      grouped(DARTS_V2).replace("[[(", "[[('skip_connect', 0), ("),
      "normal: node 2 has 3 inputs instead of 2",
    ],
    [
      "groups and pairs",
      DARTS_V2.replace("('sep_conv_3x3', 0), ", "[('sep_conv_3x3', 0)], "),
      "expected ('operation', source)",
    ],
    ["a number of nodes", DARTS_V2.replace("[2, 3, 4, 5]", "4"), "expected the nodes of the concatenation"],
    ["a misspelt field", DARTS_V2.replace("reduce_concat", "reduce_conact"), 'did you mean "reduce_concat"?'],
    ["a cut text", DARTS_V2.slice(0, 60), "expected a value, found the end (character 61)"],
    ["no cells", "Genotype()", '"normal=" is missing'],
    ["a strange character", "Genotype(normal=[;])", 'expected a value, found ";" (character 18)'],
    [
      "an unknown field",
      DARTS_V2.replace("reduce=", "other="),
      '"reduce=" is missing; there are normal, normal_concat, other, reduce_concat',
    ],
    ["a field given twice", DARTS_V2.replace("reduce=", "normal="), '"normal=" is given twice'],
    ["text behind the end", `${DARTS_V2} more`, 'expected the end, found "more"'],
    ["an open string", "Genotype(normal=[('sep", 'found "\'" (character 19)'],
    ["a missing source", "Genotype(normal=[('skip_connect')])", "expected ('operation', source) (character 18)"],
    [
      "a huge node",
      "Genotype(normal=[('skip_connect', 99999999999)])",
      'expected the number of a node, found "99999999999" (character 35)',
    ],
    [
      "a negative node",
      "Genotype(normal=[('skip_connect', -1)])",
      'expected the number of a node, found "-1" (character 35)',
    ],
    [
      "a range of three",
      DARTS_V2.replace("[2, 3, 4, 5]", "range(2, 6, 1)"),
      "range takes one or two whole numbers here",
    ],
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
