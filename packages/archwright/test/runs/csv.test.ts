/** Lines of comma-separated values: what is written is what is read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitFields } from "../../src/benchmarks/importers/csv-records.ts";
import { csvLine } from "../../src/runs/csv.ts";

const at = { path: "file", place: "line 1" };
const text = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", ";", " ", "a", "|", "ü") });

test("fields with quotes, commas and line ends come back as they were", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (fields) => {
      expect(splitFields(csvLine(fields), at)).toEqual(fields);
    }),
  );
});

test("numbers come back to the last bit; what is not there is empty", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(Number(splitFields(csvLine([value, "x"]), at)[0])).toBe(value === 0 ? 0 : value);
    }),
  );
  expect(csvLine([undefined, null, "", 1, Number.NaN, Number.NEGATIVE_INFINITY])).toBe(",,,1,NaN,-Infinity");
});

test("only fields that need it are quoted (RFC 4180 §2)", () => {
  expect(csvLine(["a b", 'say "x"', "1,5", "two\nlines"])).toBe('a b,"say ""x""","1,5","two\nlines"');
});
