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
    const now = parseSchema(loaded as string).parameters;
    const then = parseSchema(written as string).parameters;
    // Later versions write an integer as SymInt or take any Scalar, and give more parameters defaults.
    const general = (type: string) => type.replace(/SymInt|Scalar\b/, "int");
    expect(now.slice(0, then.length).map((p) => p.name)).toEqual(then.map((p) => p.name));
    for (const [i, { name, type, default: value }] of then.entries()) {
      expect(general(now[i]?.type as string), name).toBe(general(type));
      if (value !== undefined) expect(now[i]?.default, name).toBeDefined();
    }
    for (const added of now.slice(then.length)) expect(added.default, added.name).toBeDefined();
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
