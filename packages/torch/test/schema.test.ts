/** Operator schemas as libtorch prints them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSchema } from "../src/schema.ts";

test("defaults, keyword-only marks, lists and several results", () => {
  const text =
    'aten::x.y(Tensor(a!) self, int[2] stride=[1, 1], *, str mode="a", float? p=None) -> (Tensor(a!) out, Tensor[] rest)';
  expect(parseSchema(text)).toEqual({
    name: "aten::x.y",
    parameters: [
      { type: "Tensor", name: "self", default: undefined },
      { type: "int[2]", name: "stride", default: "[1, 1]" },
      { type: "str", name: "mode", default: '"a"' },
      { type: "float?", name: "p", default: "None" },
    ],
    results: ["Tensor", "Tensor[]"],
  });
});

test("no arguments, no results", () => {
  expect(parseSchema("aten::f() -> ()")).toEqual({ name: "aten::f", parameters: [], results: [] });
  expect(parseSchema("aten::views(Tensor(a -> *) self) -> Tensor(a)[]").results).toEqual(["Tensor[]"]);
});

test("what is not a schema is refused", () => {
  expect(() => parseSchema("hello")).toThrow(SyntaxError);
});

test("any schema that is printed is read back", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const type = fc.constantFrom(
    "Tensor",
    "Tensor?",
    "Tensor[]",
    "Tensor?[]",
    "int",
    "int[2]",
    "SymInt[]",
    "float[]?",
    "Scalar",
  );
  const value = fc.constantFrom("None", "1", "-2.5", "[0, 1]", "True", '"mean"', "[]");
  const parameter = fc.record({ type, name: word, default: fc.option(value, { nil: undefined }) });
  const alias = fc.constantFrom("", "(a!)", "(a)", "(a -> *)", "(a|b)");
  const schema = fc.record({
    name: word,
    parameters: fc.array(parameter),
    results: fc.array(type),
    alias,
    keyword: fc.nat(5),
  });
  fc.assert(
    fc.property(schema, ({ name, parameters, results, alias, keyword }) => {
      const print = (text: string) => text.replace("Tensor", `Tensor${alias}`);
      const parts = parameters.map(
        (p) => `${print(p.type)} ${p.name}${p.default === undefined ? "" : `=${p.default}`}`,
      );
      if (keyword < parts.length) parts.splice(keyword, 0, "*");
      const result = results.length === 1 ? print(results[0] as string) : `(${results.map(print).join(", ")})`;
      const text = `aten::${name}(${parts.join(", ")}) -> ${result}`;
      expect(parseSchema(text)).toEqual({ name: `aten::${name}`, parameters, results });
    }),
  );
});
