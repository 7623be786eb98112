/** Tokens of the literals in which genotypes are published, and a cursor over them. */
import { ArchwrightError } from "../../errors.ts";

export interface Token {
  readonly kind: "name" | "integer" | "string" | "mark" | "end";
  /** The text of a name or mark, the digits of an integer, the content of a string. */
  readonly text: string;
  /** Offset in the whole text. */
  readonly position: number;
}

const PATTERN = /(\s+)|([A-Za-z_]\w*)|(\d+)|'([^'\\\n]*)'|"([^"\\\n]*)"|([()[\],=])/y;

/** Splits the text; anything that is no token is refused with its place. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(text);
    if (match === null) throw malformed(`unexpected ${JSON.stringify(text.slice(position, position + 1))}`, position);
    const [all, , name, integer, single, double, mark] = match;
    const string = single ?? double;
    if (name !== undefined) tokens.push({ kind: "name", text: name, position });
    else if (integer !== undefined) tokens.push({ kind: "integer", text: integer, position });
    else if (string !== undefined) tokens.push({ kind: "string", text: string, position });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark, position });
    position += all.length;
  }
  tokens.push({ kind: "end", text: "", position: text.length });
  return tokens;
}

/** Reads tokens from left to right. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  /** The next token if it is this mark, name or kind; otherwise nothing is read. */
  accept(kind: Token["kind"], text?: string): Token | undefined {
    const token = this.peek();
    if (token.kind !== kind || (text !== undefined && token.text !== text)) return undefined;
    this.#next++;
    return token;
  }

  /** As {@link accept}, but anything else is an error that says what was expected. */
  expect(kind: Token["kind"], text?: string): Token {
    const token = this.accept(kind, text);
    if (token !== undefined) return token;
    const found = this.peek();
    const wanted = text === undefined ? (kind === "end" ? "the end" : `a ${kind}`) : `"${text}"`;
    throw malformed(`expected ${wanted}, found ${found.kind === "end" ? "the end" : describe(found)}`, found.position);
  }

  /** An integer of at most four digits: node numbers are small. */
  integer(): number {
    const token = this.expect("integer");
    if (token.text.length > 4) throw malformed(`${describe(token)} is too large`, token.position);
    return Number(token.text);
  }

  /** Items between `open` and its closing mark, separated by commas; a trailing comma is fine. */
  sequence<T>(open: "(" | "[", item: () => T): T[] {
    const close = open === "(" ? ")" : "]";
    const items: T[] = [];
    this.expect("mark", open);
    while (this.accept("mark", close) === undefined) {
      items.push(item());
      if (this.accept("mark", ",") !== undefined) continue;
      this.expect("mark", close);
      break;
    }
    return items;
  }
}

function describe(token: Token): string {
  return JSON.stringify(token.text.length > 40 ? `${token.text.slice(0, 40)}...` : token.text);
}

/** The error for text that is no genotype; `position` is an offset, the message counts from 1. */
export function malformed(message: string, position: number): ArchwrightError {
  return new ArchwrightError("architecture", `malformed genotype: ${message} (character ${position + 1})`, {
    details: { position },
  });
}
