/** Parses an operator schema as libtorch prints it: `aten::add.Tensor(Tensor self, *, Scalar alpha=1) -> Tensor`. */

export interface Parameter {
  readonly type: string;
  readonly name: string;
  /** The default as written, or undefined for a required parameter. */
  readonly default: string | undefined;
}

export interface Schema {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly results: readonly string[];
}

export function parseSchema(text: string): Schema {
  // Alias annotations may hold an arrow too: `(a -> *)`.
  const arrow = text.lastIndexOf(") -> ") + 1;
  const open = text.indexOf("(");
  if (arrow === 0 || open < 0) throw new SyntaxError(`not an operator schema: ${text}`);
  const result = text.slice(arrow + 4);
  const results = result.startsWith("(") ? splitTopLevel(result.slice(1, -1)) : [result];
  return {
    name: text.slice(0, open),
    parameters: splitTopLevel(text.slice(open + 1, arrow - 1))
      .filter((part) => part !== "*")
      .map(parseParameter),
    results: results.map((part) => stripAlias(part).split(" ")[0] as string),
  };
}

function parseParameter(text: string): Parameter {
  const plain = stripAlias(text);
  const equals = plain.indexOf("=");
  const declaration = equals < 0 ? plain : plain.slice(0, equals);
  const space = declaration.lastIndexOf(" ");
  return {
    type: declaration.slice(0, space),
    name: declaration.slice(space + 1),
    default: equals < 0 ? undefined : plain.slice(equals + 1),
  };
}

/** Drops alias annotations: `Tensor(a!)` is a Tensor. */
const stripAlias = (text: string): string => text.replace(/\([a-z!*| >-]*\)/g, "");

/** Splits at commas that are not inside brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "(" || char === "[") depth++;
    else if (char === ")" || char === "]") depth--;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === "" ? parts : [...parts, last];
}
