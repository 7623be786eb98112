/** The options of a command: one description serves parsing, checking and help. */
import { homedir } from "node:os";
import { parseArgs } from "node:util";
import { ArchwrightError, nearest } from "../errors.ts";

export interface Option {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** What the value is called in the help. Absent: the option takes none. */
  readonly value?: string;
  readonly about: string;
  /** A name: required unless that option is given. */
  readonly required?: boolean | string;
  /** May be given several times. */
  readonly repeatable?: boolean;
}

/** Options of every command. */
export const commonOptions: readonly Option[] = [
  { name: "json", about: "print one JSON document on stdout" },
  { name: "verbose", about: "with an error, print its stack" },
  { name: "help", short: "h", about: "show this help" },
];

/** What was given, by option name. */
export class Given {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];

  constructor(values: ReadonlyMap<string, readonly string[]>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** Of an option that is required. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new ArchwrightError("usage", `--${name} is missing`);
    return value;
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/** The value of an option that takes a whole number; undefined if it is not given. Throws `ArchwrightError("usage")`. */
export function wholeNumber(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ArchwrightError("usage", `--${name} must be a whole number from 0, not "${text}"`);
}

/** `a,b,c` as a list. */
export const namesOf = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * The value of an option that takes a count, as in `850000`, `300k`, `1.5M` or `2G`; undefined if it is not given. Throws
 * `ArchwrightError("usage")`.
 */
export function largeNumber(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text) ?? [];
  // Rounded, because 1.1 million is a whole number and 1.1 * 1e6 is not.
  const value = Math.round(Number(digits) * (units[unit.toLowerCase()] as number));
  if (value > 0) return value;
  throw new ArchwrightError("usage", `--${name} must be a number above 0, as in 300k, 1.5M or 2G, not "${text}"`);
}

/** The value of an option that takes milliseconds, as in `20` or `2.5ms`; undefined if it is not given. Throws as above. */
export function milliseconds(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const [, digits] = /^(\d+(?:\.\d+)?)(?:ms)?$/i.exec(text) ?? [];
  const value = Number(digits);
  if (value > 0) return value;
  throw new ArchwrightError("usage", `--${name} must be milliseconds above 0, as in 20 or 20ms, not "${text}"`);
}

/**
 * Reads a command's arguments. Throws `ArchwrightError("usage")` for an option that it does not have, a value that is
 * missing or too much, an option given twice.
 */
export function parseOptions(args: readonly string[], options: readonly Option[], mostPositionals = 0): Given {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      options.map(({ name, short, value, repeatable = false }) => [
        name,
        {
          type: value === undefined ? "boolean" : "string",
          multiple: repeatable,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(atHome(token.value));
    if (token.kind !== "option") continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw unknownOption(token.rawName, options);
    const value = atHome(checkedValue(option, token.value, token.inlineValue ?? false));
    if (values.has(option.name) && option.repeatable !== true && option.value !== undefined) {
      throw new ArchwrightError("usage", `--${option.name} is given twice`);
    }
    values.set(option.name, [...(values.get(option.name) ?? []), value]);
  }
  const extra = positionals[mostPositionals];
  if (extra !== undefined) throw new ArchwrightError("usage", `unexpected argument "${extra}"`);
  return new Given(values, positionals);
}

/**
 * With the home directory for a `~` that begins a path. The shell puts it there only at the beginning of a word: not in
 * `--out=~/x`, `folder:~/x` and `@~/file`.
 */
const atHome = (text: string): string => text.replace(/^(@|\w+:)?~(?=[\\/]|$)/, (_, before = "") => before + homedir());

/** Throws `ArchwrightError("usage")` naming the options that are missing. */
export function requireOptions(given: Given, options: readonly Option[]): void {
  const missing = options.filter(
    ({ name, required = false }) =>
      !given.has(name) && (typeof required === "string" ? !given.has(required) : required),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name, value }) => `--${name} ${value}`).join(", ");
  throw new ArchwrightError("usage", `missing: ${names}`);
}

function checkedValue(option: Option, value: string | undefined, inline: boolean): string {
  if (option.value === undefined) {
    if (value !== undefined) throw new ArchwrightError("usage", `--${option.name} takes no value, got "${value}"`);
    return "";
  }
  // "--seed --out x": the next option is no value, unless it is written as one ("--out=--x").
  if (value === undefined || value === "" || (value.startsWith("--") && !inline)) {
    throw new ArchwrightError("usage", `--${option.name} needs a value: --${option.name} ${option.value}`);
  }
  return value;
}

function unknownOption(given: string, options: readonly Option[]): ArchwrightError {
  const names = options.map(({ name }) => `--${name}`);
  const near = given.startsWith("--") ? nearest(given, names) : undefined;
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return new ArchwrightError("usage", `unknown option "${given}"${hint} (there are: ${names.join(", ")})`, {
    details: { given, near },
  });
}
