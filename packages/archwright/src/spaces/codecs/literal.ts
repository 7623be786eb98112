/** Python and JSON literals, the text in which architectures are published: values with their places in it. */
import { ArchwrightError } from "../../errors.ts";

/** Where a value stands: offsets in the whole text. */
interface Placed {
  readonly position: number;
  readonly end: number;
}

export type Literal = Placed &
  (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "text"; readonly value: string }
    /** A bare word: `True`, `null`, `INPUT`. */
    | { readonly kind: "name"; readonly value: string }
    /** A list or a tuple; numpy prints its own without commas. */
    | { readonly kind: "list"; readonly items: readonly Literal[] }
    /** `{"a": 1}` without a name, or `Name(a=1)`; a value without a field's name has the name "". */
    | { readonly kind: "record"; readonly name: string; readonly fields: readonly Field[] }
  );

export interface Field {
  readonly name: string;
  readonly position: number;
  readonly value: Literal;
}

export type RecordLiteral = Extract<Literal, { kind: "record" }>;

export const isRecord = (literal: Literal): literal is RecordLiteral => literal.kind === "record";

/** Deeper than anything that is published. */
const DEEPEST = 16;

/** Reads the value that begins at `start`; what comes behind it is not looked at. Throws `ArchwrightError("architecture")`. */
export const readLiteral = (text: string, start = 0): Literal => new Reader(text, start).value(0);

/** {@link readLiteral} of a text that holds nothing else. */
export function readWhole(text: string): Literal {
  const literal = readLiteral(text);
  const rest = text.slice(literal.end);
  if (rest.trim() === "") return literal;
  throw unreadable(`expected the end, found ${shortened(rest.trim())}`, text.length - rest.trimStart().length);
}

/** The value as JavaScript has it: an array of numpy is its list, `range(2, 6)` its numbers, `True` is true. */
export function plain(literal: Literal): unknown {
  switch (literal.kind) {
    case "number":
    case "text":
      return literal.value;
    case "name":
      return plainNames.has(literal.value) ? plainNames.get(literal.value) : literal.value;
    case "list":
      return literal.items.map(plain);
    case "record": {
      const [first] = literal.fields;
      if (first?.name === "" && /(^|\.)(array|list|tuple)$/.test(literal.name)) return plain(first.value);
      if (literal.name === "range") return range(literal);
      return Object.fromEntries(literal.fields.map(({ name, value }) => [name, plain(value)]));
    }
  }
}

const plainNames: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["None", null],
  ["null", null],
]);

function range({ fields, position }: RecordLiteral): number[] {
  const bounds = fields.map(({ value }) => (value.kind === "number" ? value.value : Number.NaN));
  const [first = 0, end = 0] = bounds.length === 1 ? [0, bounds[0]] : bounds;
  if (bounds.length === 0 || bounds.length > 2 || !bounds.every((bound) => Number.isInteger(bound) && bound < 1e4)) {
    throw unreadable("range takes one or two whole numbers here", position);
  }
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

interface Token extends Placed {
  readonly kind: "name" | "number" | "text" | "mark" | "end";
  /** The content of a text, else as it is written. */
  readonly text: string;
}

const SPACE = /(?:\s|#[^\n]*)*/y;
const TOKEN =
  /([A-Za-z_][\w.]*)|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|'([^'\\\n]*)'|"([^"\\\n]*)"|([()[\]{},=:])/y;

/** Looks one token ahead. */
class Reader {
  readonly #text: string;
  #next: Token;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#next = this.#token(start);
  }

  value(depth: number): Literal {
    const token = this.#next;
    const { position, text } = token;
    if (depth > DEEPEST) throw unreadable("it is nested too deeply", position);
    if (token.kind === "number" || token.kind === "text" || token.kind === "name") {
      this.#advance();
      if (token.kind === "number") return { kind: "number", value: Number(text), position, end: token.end };
      if (token.kind === "text") return { kind: "text", value: text, position, end: token.end };
      if (this.#next.text !== "(" || this.#next.kind !== "mark") {
        return { kind: "name", value: text, position, end: token.end };
      }
      const [fields, end] = this.#sequence(")", () => this.#argument(depth + 1));
      return { kind: "record", name: text, fields, position, end };
    }
    if (text === "{") {
      const [fields, end] = this.#sequence("}", () => this.#entry(depth + 1));
      return { kind: "record", name: "", fields, position, end };
    }
    if (text === "[" || text === "(") {
      const [items, end] = this.#sequence(text === "[" ? "]" : ")", () => this.value(depth + 1));
      return { kind: "list", items, position, end };
    }
    throw this.#unexpected("a value");
  }

  /** Items from an opening mark, which comes next, to its closing one; commas may be missing, or stand at the end. */
  #sequence<T>(close: string, item: () => T): [T[], number] {
    const items: T[] = [];
    this.#advance();
    while (!this.#isMark(close)) {
      items.push(item());
      if (this.#isMark(",")) this.#advance();
    }
    const { end } = this.#next;
    this.#advance();
    return [items, end];
  }

  /** `name=value`, or a value. */
  #argument(depth: number): Field {
    const { position } = this.#next;
    const value = this.value(depth);
    if (!this.#isMark("=")) return { name: "", position, value };
    if (value.kind !== "name") throw this.#unexpected('","');
    this.#advance();
    return { name: value.value, position, value: this.value(depth) };
  }

  /** `"name": value` */
  #entry(depth: number): Field {
    const { kind, text, position } = this.#next;
    if (kind !== "text" && kind !== "name") throw this.#unexpected("a field's name");
    this.#advance();
    if (!this.#isMark(":")) throw this.#unexpected('":"');
    this.#advance();
    return { name: text, position, value: this.value(depth) };
  }

  #isMark(text: string): boolean {
    return this.#next.kind === "mark" && this.#next.text === text;
  }

  #unexpected(wanted: string): ArchwrightError {
    const { kind, text, position } = this.#next;
    return unreadable(`expected ${wanted}, found ${kind === "end" ? "the end" : shortened(text)}`, position);
  }

  #advance(): void {
    this.#next = this.#token(this.#next.end);
  }

  /** What is no token is one of its own, so that only those who meet it refuse it. */
  #token(from: number): Token {
    SPACE.lastIndex = from;
    const position = from + (SPACE.exec(this.#text)?.[0].length ?? 0);
    if (position >= this.#text.length) return { kind: "end", text: "", position, end: position };
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      const text = String.fromCodePoint(this.#text.codePointAt(position) as number);
      return { kind: "mark", text, position, end: position + text.length };
    }
    const [all, name, number, single, double, mark] = match;
    const end = position + all.length;
    if (name !== undefined) return { kind: "name", text: name, position, end };
    if (number !== undefined) return { kind: "number", text: number, position, end };
    if (mark !== undefined) return { kind: "mark", text: mark, position, end };
    return { kind: "text", text: single ?? (double as string), position, end };
  }
}

/** The start of a piece of the user's text, fit for one line. */
export const shortened = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);

/** The error for text that cannot be read; `position` is an offset, the message counts from 1. */
export const unreadable = (message: string, position: number): ArchwrightError =>
  new ArchwrightError("architecture", `cannot read the architecture: ${message} (character ${position + 1})`, {
    details: { position },
  });
