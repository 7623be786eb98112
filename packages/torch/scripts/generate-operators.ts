/** Writes src/operators.generated.ts: typed functions for the operators of operators.txt, from libtorch's schemas. */
import { readFileSync, writeFileSync } from "node:fs";
import { schemaOf } from "../src/dispatch.ts";
import { libtorchVersion } from "../src/runtime.ts";
import { type Parameter, parseSchema } from "../src/schema.ts";

const folder = new URL(".", import.meta.url);

const camel = (name: string): string => name.replace(/_+([a-z0-9])/g, (_, char: string) => char.toUpperCase());
const identifier = (name: string): string => (["from", "self", "default"].includes(name) ? `${name}_` : camel(name));

/** The TypeScript type of a schema type. */
function typeOf(type: string): string {
  if (type.endsWith("?")) return `${typeOf(type.slice(0, -1))} | null`;
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list !== null) {
    const element = typeOf(list[1] as string);
    const array = element.includes("|") ? `readonly (${element})[]` : `readonly ${element}[]`;
    return element === "number" && list[2] !== "" ? `number | ${array}` : array;
  }
  if (type.startsWith("Tensor")) return "Tensor";
  const plain: Record<string, string> = {
    int: "number",
    SymInt: "number",
    float: "number",
    bool: "boolean",
    str: "string",
    Scalar: "number | boolean",
    ScalarType: "DType",
    MemoryFormat: "MemoryFormat",
    Device: "string",
    Generator: "Generator",
  };
  const found = plain[type];
  if (found === undefined) throw new Error(`no TypeScript type for schema type ${type}`);
  return found;
}

/** Arguments that nobody sets from JavaScript: layouts, pinned memory. */
const hidden = (parameter: Parameter): boolean => ["layout", "pin_memory"].includes(parameter.name);

function expression(parameter: Parameter): string {
  if (hidden(parameter)) return "undefined";
  const source = parameter.default === undefined ? identifier(parameter.name) : `options.${camel(parameter.name)}`;
  if (parameter.type.startsWith("ScalarType")) return `dtypeCode(${source})`;
  if (parameter.type.startsWith("MemoryFormat")) return `memoryFormatCode(${source})`;
  return source;
}

function emit(name: string, qualified: string): string {
  const [base, overload = ""] = qualified.split(".") as [string, string?];
  const text = schemaOf(base, overload);
  if (text === undefined) throw new Error(`libtorch ${libtorchVersion()} has no ${qualified}`);
  const schema = parseSchema(text);
  const required = schema.parameters.filter((p) => p.default === undefined);
  const optional = schema.parameters.filter((p) => p.default !== undefined && !hidden(p));
  const parameters = required.map((p) => `${identifier(p.name)}: ${typeOf(p.type)}`);
  if (optional.length > 0) {
    const fields = optional.map((p) => `${camel(p.name)}?: ${typeOf(p.type)} | undefined`);
    parameters.push(`options: { ${fields.join("; ")} } = {}`);
  }
  const results = schema.results.map(typeOf).map((type) => type.replaceAll("readonly ", ""));
  const result = results.length === 1 ? (results[0] as string) : `[${results.join(", ")}]`;
  const args = schema.parameters.map(expression);
  while (args.at(-1) === "undefined") args.pop();
  return [
    `const ${name}Operator = operator("${base}"${overload === "" ? "" : `, "${overload}"`});`,
    `/** \`${text}\` */`,
    `export function ${name}(${parameters.join(", ")}): ${result} {`,
    `  return call(${name}Operator, [${args.join(", ")}]) as ${result};`,
    "}",
  ].join("\n");
}

const list = readFileSync(new URL("operators.txt", folder), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const functions = list.map((line) => {
  const [name, qualified] = line.split(" ") as [string, string];
  return emit(name, qualified);
});
const header = `/** Typed functions for libtorch's operators. Generated from their schemas by scripts/generate-operators.ts; do not edit. */
import { call, dtypeCode, type MemoryFormat, memoryFormatCode, operator } from "./dispatch.ts";
import type { DType } from "./dtype.ts";
import type { Generator } from "./generator.ts";
import type { Tensor } from "./tensor.ts";
`;
writeFileSync(new URL("../src/operators.generated.ts", folder), `${header}\n${functions.join("\n\n")}\n`);
