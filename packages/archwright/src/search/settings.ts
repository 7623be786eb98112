/** Hyperparameters: which there are, their values by precedence, and what is wrong with a value, in one line. */
import type { z } from "zod";
import { ArchwrightError, nearest } from "../errors.ts";
import type { Part, Settings } from "./part.ts";

/**
 * The settings of `parts`: defaults, then `preset` (as far as the parts know its keys), then `set`. Nested settings
 * are named `outer.inner`. Texts in `set` are read as JSON where that parses.
 * Throws `ArchwrightError("usage")` for a key that no part has, or a value that its schema refuses.
 */
export function checkSettings(parts: readonly Part[], preset: Settings, set: Settings = {}): Settings {
  const defaults = Object.assign({}, ...parts.map((part) => part.settings.parse({}))) as Settings;
  const known = leaves(defaults);
  const given = leaves(set);
  for (const key of given.keys()) if (!known.has(key)) throw unknownSetting(key, parts, [...known.keys()]);
  const presetValues = [...leaves(preset)].filter(([key]) => known.has(key));
  const asked = [...given].map(([key, value]) => [key, typeof value === "string" ? read(value) : value] as const);
  const values = nest(new Map([...known, ...presetValues, ...asked]));
  return Object.assign({}, ...parts.map((part) => parse(part, values, given))) as Settings;
}

function parse(part: Part, values: Settings, given: ReadonlyMap<string, unknown>): Settings {
  const own = Object.fromEntries(Object.keys(part.settings.shape).map((key) => [key, values[key]]));
  const result = part.settings.safeParse(own);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  // The path of an issue inside a list goes on below the setting's name.
  const path = issue.path.join(".");
  const key = [...given.keys()].find((name) => path === name || path.startsWith(`${name}.`));
  const shown = key === undefined ? path : `--set ${key}=${text(given.get(key))}`;
  throw new ArchwrightError("usage", `${shown}: ${problem(issue)}`, { cause: result.error, details: { key: path } });
}

/** What a schema has against a value. */
function problem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `must be ${issue.inclusive === false ? "greater than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_type":
      return `must be ${types[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return `must be ${issue.errors.map(([first]) => alternative(first as z.core.$ZodIssue)).join(" or ")}`;
    default:
      return issue.message;
  }
}

const alternative = (issue: z.core.$ZodIssue): string => problem(issue).replace(/^must be /, "");

const types: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  string: "a text",
  array: "a list, as [1,2]",
};

function unknownSetting(key: string, parts: readonly Part[], known: readonly string[]): ArchwrightError {
  const near = nearest(key, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  const names = parts.map((part) => part.name).join(", ");
  const list = known.length === 0 ? "there are none" : `there are: ${known.join(", ")}`;
  return new ArchwrightError("usage", `--set ${key}: no setting of ${names}${hint} (${list})`, {
    details: { key, known, near },
  });
}

/** Values by dotted name. Lists and null are values. */
function leaves(tree: Settings, prefix = ""): Map<string, unknown> {
  const entries = Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? [...leaves(value as Settings, `${prefix}${key}.`)]
      : [[prefix + key, value]],
  );
  return new Map(entries);
}

function nest(values: ReadonlyMap<string, unknown>): Settings {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const path = name.split(".");
    const last = path.pop() as string;
    let branch = tree;
    for (const key of path) {
      branch[key] ??= {};
      branch = branch[key] as Record<string, unknown>;
    }
    branch[last] = value;
  }
  return tree;
}

function read(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
