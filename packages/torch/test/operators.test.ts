/** The generated operator functions against the libtorch that is loaded, whichever version it is. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as torch from "../src/index.ts";
import { operatorNames, schemaOf } from "../src/index.ts";
import { parseSchema } from "../src/schema.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const list = read("../scripts/operators.txt")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" ") as [string, string]);
const generated = read("../src/operators.generated.ts");

describe.each(list)("%s", (name, qualified) => {
  test("has a typed function", () => {
    expect(torch).toHaveProperty(name);
  });

  test("takes the arguments, in the order and of the kinds it was generated for", () => {
    const [base, overload = ""] = qualified.split(".") as [string, string?];
    const loaded = schemaOf(base, overload);
    expect(loaded, `${qualified} in libtorch ${torch.libtorchVersion()}`).toBeDefined();
    const written = new RegExp(`/\\*\\* \`(.*)\` \\*/\nexport function ${name}\\(`).exec(generated)?.[1];
    // Later versions write the same integer as int or SymInt, and may add parameters with defaults at the end.
    const plain = (text: string) =>
      parseSchema(text).parameters.map((p) => [p.name, p.type.replace("SymInt", "int"), p.default !== undefined]);
    const now = plain(loaded as string);
    const then = plain(written as string);
    expect(now.slice(0, then.length)).toEqual(then);
    expect(now.slice(then.length).every(([, , optional]) => optional)).toBe(true);
  });
});

test("libtorch has thousands of operators, and the schema parser reads every one", () => {
  const names = operatorNames();
  expect(names.length).toBeGreaterThan(3000);
  for (const name of names) {
    const dot = name.indexOf(".", name.indexOf("::"));
    const schema = dot < 0 ? schemaOf(name) : schemaOf(name.slice(0, dot), name.slice(dot + 1));
    // libtorch's static runtime has operators without a schema, written `...`.
    if (schema === undefined || schema.includes("(...)")) continue;
    const parsed = parseSchema(schema);
    expect(parsed.name).toBe(name);
    for (const parameter of parsed.parameters) {
      expect(parameter.name, schema).toMatch(/^\w+$/);
      expect(parameter.type, schema).not.toBe("");
    }
  }
});
