/** The `Genotype(normal=[('op', source), ...], normal_concat=range(2, 6), ...)` text of the DARTS family, and its JSON. */
import { type ArchwrightError, nearest } from "../../errors.ts";
import { architectureProblem, type Codec, outside, type SpaceRules, withConcat } from "../architecture.ts";
import { computedNodes, incomingEdges, keptEdges, outputNodes } from "../cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice } from "../space.ts";
import { type Field, type Literal, plain, type RecordLiteral, shortened, unreadable } from "./literal.ts";
import { locatedGenotype } from "./locate.ts";

/** Choices of a cell, and where each stands in the text. */
interface ReadCell {
  readonly choices: readonly Choice[];
  readonly positions: readonly number[];
}

/** Pairs are written node by node: as many for each node as it keeps inputs, in the order of its choices. */
export function genotypeCodec(rules: SpaceRules): Codec {
  return {
    format: (architecture) => formatGenotype(rules, architecture),
    parse: (text) => parseGenotype(rules, text),
  };
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
 * Reads a published genotype: as Python prints it or as JSON, its pairs in one list or grouped by node, lists or tuples,
 * `range(2, 6)`, `list(range(2, 6))` or `[2, 3, 4, 5]`, any white space, comments, an assignment or a line of a log in front,
 * further fields. The order of the pairs is kept. Operations that no search may return (`none`) are read: published cells
 * have them (BANANAS). Throws `ArchwrightError("architecture")` with the place in the text.
 */
export function parseGenotype(rules: SpaceRules, text: string): Architecture {
  const record = locatedGenotype(rules, text);
  const fields = ownFields(rules, record);
  const cells = rules.cells.map((template) => {
    const pairs = fields.get(template.name);
    if (pairs === undefined) throw missingCell(template, record);
    const { choices, positions } = readCell(rules, template, pairs.value);
    const concat = fields.get(`${template.name}_concat`);
    const nodes = concat === undefined ? undefined : readConcat(concat.value);
    return { name: template.name, positions, genotype: withConcat(template, choices, nodes) };
  });
  const architecture = Object.fromEntries(cells.map(({ name, genotype }) => [name, genotype]));
  const problem = architectureProblem(rules, architecture, { allowExcluded: true });
  if (problem === undefined) return architecture;
  const positions = cells.find(({ name }) => name === problem.cell)?.positions;
  throw outside(rules, problem, problem.choice === undefined ? undefined : positions?.[problem.choice]);
}

/** The fields of the cells. Others say other things and are passed over, unless they look like one that is misspelt. */
function ownFields(rules: SpaceRules, { fields }: RecordLiteral): Map<string, Field> {
  const known = rules.cells.flatMap(({ name }) => [name, `${name}_concat`]);
  const own = new Map<string, Field>();
  for (const field of fields) {
    const { name, position } = field;
    if (!known.includes(name)) {
      const near = nearest(name, known);
      if (near === undefined) continue;
      throw unreadable(`unknown field ${shortened(name)}; did you mean "${near}"?`, position);
    }
    if (own.has(name)) throw unreadable(`"${name}=" is given twice`, position);
    own.set(name, field);
  }
  return own;
}

function missingCell({ name }: CellTemplate, { fields, end }: RecordLiteral): ArchwrightError {
  const given = fields.map((field) => field.name).join(", ");
  return unreadable(`"${name}=" is missing${given === "" ? "" : `; there are ${given.slice(0, 60)}`}`, end);
}

/** Pairs in one list, or a list of them for each node. */
function readCell(rules: SpaceRules, template: CellTemplate, literal: Literal): ReadCell {
  const items = itemsOf(literal);
  const nodes = computedNodes(template);
  if (items.some(({ kind }) => kind !== "list")) return place(items, () => 0);
  const grouped = items.length > 0 && items.every((item) => itemsOf(item).every(({ kind }) => kind === "list"));
  if (grouped) {
    if (items.length !== nodes.length) {
      throw wrongCount(rules, template, `${nodes.length} nodes`, items.length);
    }
    const targets = items.flatMap((item, i) => itemsOf(item).map(() => nodes[i] as number));
    return place(items.flatMap(itemsOf), (i) => targets[i] as number);
  }
  // The first node takes as many as it keeps, then the next.
  const targets = nodes.flatMap((node) => {
    const kept = keptEdges(rules.inDegree, incomingEdges(template, node).length);
    return Array.from({ length: kept }, () => node);
  });
  const { choices, positions } = place(items, (i) => targets[i] as number);
  if (items.length === targets.length) return { choices, positions };
  throw wrongCount(rules, template, `${targets.length} (operation, source) pairs`, items.length);
}

const wrongCount = (rules: SpaceRules, { name }: CellTemplate, expected: string, found: number) =>
  outside(rules, { cell: name, message: `expected ${expected}, found ${found}` });

function place(pairs: readonly Literal[], target: (i: number) => number): ReadCell {
  const choices = pairs.map((pair, i) => ({ ...readPair(pair), target: target(i) }));
  return { choices, positions: pairs.map((pair) => itemsOf(pair)[0]?.position ?? pair.position) };
}

function readPair(pair: Literal): { operation: string; source: number } {
  const [operation, source, further] = itemsOf(pair);
  if (operation?.kind !== "text" || source === undefined || further !== undefined) {
    const at = operation !== undefined && operation.kind !== "text" ? operation : (further ?? pair);
    throw unreadable("expected ('operation', source)", at.position);
  }
  return { operation: operation.value, source: nodeNumber(source, plain(source)) };
}

function readConcat(literal: Literal): number[] {
  const nodes = plain(literal);
  if (!Array.isArray(nodes)) {
    throw unreadable("expected the nodes of the concatenation, as range(2, 6) or [2, 3, 4, 5]", literal.position);
  }
  return nodes.map((node) => nodeNumber(literal, node));
}

function nodeNumber({ position }: Literal, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e4) return value as number;
  throw unreadable(`expected the number of a node, found ${shortened(String(value))}`, position);
}

function itemsOf(literal: Literal): readonly Literal[] {
  if (literal.kind === "list") return literal.items;
  throw unreadable("expected a list of ('operation', source)", literal.position);
}
