/** Where in a text the genotype begins: behind comments, an assignment, the time stamps of a log. */
import type { ArchwrightError } from "../../errors.ts";
import type { SpaceRules } from "../architecture.ts";
import { isRecord, plain, type RecordLiteral, readLiteral, shortened, unreadable } from "./literal.ts";

/** The one genotype of a text. Throws `ArchwrightError("architecture")` where there is none, or several that differ. */
export function locatedGenotype(rules: SpaceRules, text: string): RecordLiteral {
  const calls = [...text.matchAll(/\bGenotype\s*\(/g)].map(({ index }) => index);
  const braces = text.indexOf("{");
  const starts = calls.length > 0 ? calls : braces >= 0 ? [braces] : [];
  const records = starts.map((start) => readLiteral(text, start) as RecordLiteral);
  const [first, ...others] = records;
  if (first === undefined) throw none(rules, text);
  const differing = others.find((other) => JSON.stringify(plain(other)) !== JSON.stringify(plain(first)));
  if (differing !== undefined) {
    const message = `the text holds ${records.length} genotypes, of which two differ; give the one that is meant`;
    throw unreadable(message, differing.position);
  }
  requireEnd(text, records.at(-1) as RecordLiteral, calls.length > 0);
  return holdsCells(rules, first) ? first : (inner(rules, first) ?? first);
}

/** Behind a genotype there may be further lines and comments. Around one in quotes there may be anything. */
function requireEnd(text: string, { position, end }: RecordLiteral, call: boolean): void {
  if (call && /['"]/.test(text[position - 1] ?? "")) return;
  const rest = text.slice(end);
  const [spaces = ""] = /^[^\S\n]*[,;]?[^\S\n]*/.exec(rest) ?? [];
  const next = rest.slice(spaces.length);
  if (next === "" || next.startsWith("\n") || next.startsWith("#")) return;
  throw unreadable(`expected the end, found ${shortened(next)}`, end + spaces.length);
}

/** A record may stand under a name in another one. */
function inner(rules: SpaceRules, { fields }: RecordLiteral): RecordLiteral | undefined {
  return fields
    .map(({ value }) => value)
    .find((value): value is RecordLiteral => isRecord(value) && holdsCells(rules, value));
}

const holdsCells = (rules: SpaceRules, { fields }: RecordLiteral): boolean =>
  rules.cells.some((cell) => fields.some(({ name }) => name === cell.name));

function none({ cells }: SpaceRules, text: string): ArchwrightError {
  const [cell = "normal"] = cells.map(({ name }) => name);
  const found = text.trim() === "" ? "nothing" : shortened(text.trim());
  const start = text.length - text.trimStart().length;
  return unreadable(`expected Genotype(${cell}=[('operation', source), ...], ...), found ${found}`, start);
}
