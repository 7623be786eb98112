/** The `Genotype(normal=[('op', source), ...], normal_concat=range(2, 6), ...)` text of the DARTS family, and its JSON. */
import {
  architectureProblem,
  type CheckOptions,
  type Codec,
  outside,
  type SpaceRules,
  withConcat,
} from "../architecture.ts";
import { computedNodes, incomingEdges, keptEdges, outputNodes } from "../cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice } from "../space.ts";
import { malformed, TokenReader } from "./tokens.ts";

/** One `('op', source)` of the text. */
interface Pair {
  readonly operation: string;
  readonly source: number;
  readonly position: number;
}

/** Pairs are written node by node: as many for each node as it keeps inputs, in the order of its choices. */
export function genotypeCodec(rules: SpaceRules): Codec {
  return {
    format: (architecture) => formatGenotype(rules, architecture),
    parse: (text) => parseGenotype(rules, text.trim().startsWith("{") ? textOfJson(text) : text),
  };
}

/** `{"normal": [["sep_conv_3x3", 0], ...], "normal_concat": [2, 3], ...}` as {@link formatGenotype}'s text. */
export const textOfFields = (fields: object): string =>
  `Genotype(${Object.entries(fields)
    .map(([field, value]) => `${field}=${JSON.stringify(value)}`)
    .join(", ")})`;

function textOfJson(text: string): string {
  try {
    return textOfFields(JSON.parse(text));
  } catch {
    throw malformed("malformed JSON", 0);
  }
}

/** Text as the literature's code prints it (space-darts §10). */
export function formatGenotype(rules: SpaceRules, architecture: Architecture): string {
  const fields = rules.cells.flatMap((template) => {
    const { choices, concat } = architecture[template.name] as CellGenotype;
    const pairs = choices
      .toSorted((a, b) => a.target - b.target)
      .map(({ operation, source }) => `('${operation}', ${source})`);
    return [
      `${template.name}=[${pairs.join(", ")}]`,
      `${template.name}_concat=${formatConcat(outputNodes(template, concat))}`,
    ];
  });
  return `Genotype(${fields.join(", ")})`;
}

function formatConcat(nodes: readonly number[]): string {
  const first = nodes[0] ?? 0;
  const contiguous = nodes.every((node, i) => node === first + i);
  return contiguous ? `range(${first}, ${first + nodes.length})` : `[${nodes.join(", ")}]`;
}

/**
 * Reads a published genotype: either quotes, lists or tuples, `range(2, 6)`, `list(range(2, 6))` or `[2, 3, 4, 5]`,
 * any white space, a `NAME =` in front. The order of the pairs is kept. Throws `ArchwrightError("architecture")`
 * with the place in the text; `allowExcluded` admits operations that no search may return.
 */
export function parseGenotype(rules: SpaceRules, text: string, options: CheckOptions = {}): Architecture {
  const { pairs, concats } = parseFields(rules, new TokenReader(text));
  const architecture: Record<string, CellGenotype> = {};
  for (const template of rules.cells) {
    const own = pairs.get(template.name);
    if (own === undefined) throw malformed(`"${template.name}=" is missing`, text.length);
    architecture[template.name] = withConcat(template, place(rules, template, own), concats.get(template.name));
  }
  const problem = architectureProblem(rules, architecture, options);
  if (problem !== undefined) {
    const culprit = problem.choice === undefined ? undefined : pairs.get(problem.cell)?.[problem.choice];
    throw outside(rules, problem, culprit?.position);
  }
  return architecture;
}

function parseFields(rules: SpaceRules, reader: TokenReader) {
  const pairs = new Map<string, Pair[]>();
  const concats = new Map<string, number[]>();
  if (reader.peek(1).text === "=" && reader.peek().kind === "name") {
    reader.expect("name");
    reader.expect("mark", "=");
  }
  reader.expect("name", "Genotype");
  reader.sequence("(", () => {
    const { text: field, position } = reader.expect("name");
    reader.expect("mark", "=");
    const cell = rules.cells.find(({ name }) => field === name || field === `${name}_concat`)?.name;
    if (cell === undefined) throw malformed(`unknown field "${field.slice(0, 40)}"`, position);
    const target = field === cell ? pairs : concats;
    if (target.has(cell)) throw malformed(`"${field}=" is given twice`, position);
    if (field === cell) pairs.set(cell, parsePairs(reader));
    else concats.set(cell, parseConcat(reader));
  });
  reader.expect("end");
  return { pairs, concats };
}

function parsePairs(reader: TokenReader): Pair[] {
  return reader.sequence(opening(reader), () => {
    const open = opening(reader);
    reader.expect("mark", open);
    const { text: operation, position } = reader.expect("string");
    reader.expect("mark", ",");
    const source = reader.integer();
    reader.accept("mark", ",");
    reader.expect("mark", open === "(" ? ")" : "]");
    return { operation, source, position };
  });
}

function parseConcat(reader: TokenReader): number[] {
  const wrapped = reader.accept("name", "list") !== undefined;
  if (wrapped) reader.expect("mark", "(");
  const nodes =
    reader.peek().text === "range" ? parseRange(reader) : reader.sequence(opening(reader), () => reader.integer());
  if (wrapped) reader.expect("mark", ")");
  return nodes;
}

function parseRange(reader: TokenReader): number[] {
  const { position } = reader.expect("name", "range");
  const bounds = reader.sequence("(", () => reader.integer());
  const [first, end] = bounds;
  if (first === undefined || end === undefined || bounds.length !== 2) {
    throw malformed("range takes two numbers here", position);
  }
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

const opening = (reader: TokenReader): "(" | "[" => (reader.peek().text === "(" ? "(" : "[");

/** Gives each pair its node: the first node takes as many as it keeps, then the next. */
function place(rules: SpaceRules, template: CellTemplate, pairs: readonly Pair[]): Choice[] {
  const targets = computedNodes(template).flatMap((node) => {
    const kept = keptEdges(rules.inDegree, incomingEdges(template, node).length);
    return Array.from({ length: kept }, () => node);
  });
  if (pairs.length !== targets.length) {
    throw outside(rules, {
      cell: template.name,
      message: `expected ${targets.length} (operation, source) pairs, found ${pairs.length}`,
    });
  }
  return pairs.map(({ operation, source }, i) => ({ source, target: targets[i] as number, operation }));
}
