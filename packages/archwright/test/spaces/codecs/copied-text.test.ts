/** Every space reads its texts as they are copied from elsewhere: with quotes, byte order marks, other line ends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { architectureSpaces, findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";

/** One of each kind of text. */
const names = [
  ...["nasbench201", "darts", "nasbench101", "transnasbench101-micro", "transnasbench101-macro"],
  ...["nasbench-macro", "mobilenet-like", "enas-macro6", "nds-darts", "nds-resnet"],
];

const around = fc.constantFrom<[string, string]>(
  ["", ""],
  ["'", "'"],
  ['"', '"'],
  ["`", "`"],
  ["\uFEFF", ""],
  ["\u200B ", "\u00A0"],
  ["", "\r\n"],
  ["\t ", " \n"],
);

describe.each(names)("%s", (name) => {
  const space = findArchitectureSpace(name);
  const texts = fc.nat(10_000).map((seed) => space.format(space.random(Random.stream(seed, name))));

  it("reads its text with what copying leaves around it", () => {
    fc.assert(
      fc.property(texts, around, (text, [before, after]) => {
        expect(space.format(space.parse(before + text + after))).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  it("reads any edited text, or says why not in one line", () => {
    const edit = fc.tuple(
      fc.nat(400),
      fc.nat(6),
      fc.constantFrom("", "0", "1", "[", "}", "'", '"', ",", " ", "none", "\n", "#"),
    );
    fc.assert(
      fc.property(texts, edit, (text, [start, length, insert]) => {
        const edited = text.slice(0, start) + insert + text.slice(start + length);
        try {
          const again = space.format(space.parse(edited));
          expect(space.format(space.parse(again))).toBe(again);
        } catch (error) {
          expect(error).toBeInstanceOf(ArchwrightError);
          expect(error).toMatchObject({ code: "architecture", message: expect.not.stringContaining("\n") });
        }
      }),
      { numRuns: 100 },
    );
  });
});

it.each([
  ["nasbench-macro", "[0, 1, 2, 0, 1, 2, 0, 1]", "01201201"],
  ["nasbench-macro", "0 1 2 0 1 2 0 1", "01201201"],
  ["transnasbench101-macro", "[1, 2, 4, 2, 0, 0]", "64-1242-basic"],
  ["transnasbench101-micro", "1 0 0 2 1 0", "64-41414-1_00_210"],
  ["mobilenet-like", `[${Array(21).fill("5").join(", ")}]`, Array(21).fill("5").join(" ")],
  ["nds-resnet", "{'block_type': 'res_basic_block', 'ds': (1, 1), 'ws': (16, 64), 'ss': (1, 2)}", undefined],
])("%s reads %s", (name, text, expected) => {
  const space = findArchitectureSpace(name);
  const again = space.format(space.parse(text));
  expect(again).toBe(expected ?? space.format(space.parse(again)));
});

it("every space is of a kind that is tried here", () => {
  const kind = (name: string) => name.replace(/-in$/, "").replace(/^(s\d|darts-no-none)$/, "darts");
  const kinds = new Set(names.map(kind));
  const like: Readonly<Record<string, string>> = { "enas-macro12": "enas-macro6" };
  const cells = /^nds-(nasnet|amoeba|pnas|enas|darts)$/;
  for (const { name } of architectureSpaces) {
    const own = kind(name);
    const known = like[own] ?? (cells.test(own) ? "nds-darts" : own.startsWith("nds-") ? "nds-resnet" : own);
    expect(kinds).toContain(known);
  }
});
