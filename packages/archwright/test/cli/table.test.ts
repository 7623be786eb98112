/** Tables for people. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { aligned } from "../../src/cli/table.ts";

test("the first column stands to the left, the others to the right, two spaces apart", () => {
  expect(
    aligned([
      ["name", "score", "rank"],
      ["a", "10.5", "1"],
      ["longer one", "-3"],
    ]),
  ).toEqual(["name        score  rank", "a            10.5     1", "longer one     -3"]);
});

const cell = fc.string({ unit: fc.constantFrom("a", "7", "-", ".", "é"), maxLength: 8 });

test("every column ends, or begins, at one place, which is no further than it must be", () => {
  const rows = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
    );
  fc.assert(
    fc.property(rows, (table) => {
      const lines = aligned(table);
      const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
      expect(lines.length).toBe(table.length);
      for (const [r, line] of lines.entries()) {
        expect(line).toBe(line.trimEnd());
        let start = 0;
        for (const [i, width] of widths.entries()) {
          const field = line.padEnd(start + width).slice(start, start + width);
          expect(field.trim()).toBe(table[r]?.[i]);
          expect(i === 0 ? field.trimEnd() : field.trimStart()).toBe(table[r]?.[i]);
          start += width + 2;
        }
      }
    }),
  );
});

test("characters beyond the first plane are one wide", () => {
  const lines = aligned([
    ["𝛼", "1"],
    ["bb", "22"],
  ]);
  expect(new Set(lines.map((line) => [...line].length))).toEqual(new Set([6]));
});
