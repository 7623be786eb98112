/** Cells as one line, `|op~source|+|op~source|op~source|`: node by node, the text form of NAS-Bench-201. */
import { ArchwrightError } from "../../errors.ts";
import { architectureProblem, type Codec, outside, type SpaceRules } from "../architecture.ts";
import { computedNodes } from "../cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice } from "../space.ts";
import { shortened } from "./literal.ts";

/** A piece of the text and where it starts. */
interface Piece {
  readonly text: string;
  readonly start: number;
}

/**
 * `+` stands between the nodes that are no inputs, `|` around the incoming edges of one. A space of several cells
 * writes `name:` before each and `;` between them. White space between the tokens has no meaning. Where every edge is
 * decided every edge is listed: other readers take those that are missing for `none`, and a text that was cut off for another
 * network.
 */
export function cellStringCodec(rules: SpaceRules): Codec {
  return {
    format: (architecture) =>
      rules.cells
        .map((template) => {
          const text = formatCell(template, architecture[template.name] as CellGenotype);
          return rules.cells.length === 1 ? text : `${template.name}:${text}`;
        })
        .join(";"),
    parse: (text) => parseCells(rules, text),
  };
}

function formatCell(template: CellTemplate, genotype: CellGenotype): string {
  const groups = computedNodes(template).map((node) => {
    const tokens = genotype.choices
      .filter((choice) => choice.target === node)
      .toSorted((a, b) => a.source - b.source)
      .map(({ operation, source }) => `${operation}~${source}|`);
    return `|${tokens.join("")}`;
  });
  return groups.join("+");
}

function parseCells(rules: SpaceRules, text: string): Architecture {
  const parts = rules.cells.length === 1 ? [{ text, start: 0 }] : split({ text, start: 0 }, ";");
  if (parts.length !== rules.cells.length) {
    throw malformed(rules, `expected ${rules.cells.length} cells separated by ";", found ${parts.length}`, text.length);
  }
  const architecture: Record<string, CellGenotype> = {};
  const positions: Record<string, number[]> = {};
  for (const [i, part] of parts.entries()) {
    const template = rules.cells[i] as CellTemplate;
    const body = rules.cells.length === 1 ? part : afterName(rules, template, part);
    const read = parseCell(rules, template, body);
    architecture[template.name] = { choices: read.map(({ choice }) => choice) };
    positions[template.name] = read.map(({ position }) => position);
  }
  const problem = architectureProblem(rules, architecture, { allowExcluded: true });
  if (problem === undefined) return architecture;
  if (problem.choice === undefined) requireAllEdges(rules, architecture);
  throw outside(rules, problem, problem.choice === undefined ? undefined : positions[problem.cell]?.[problem.choice]);
}

/** Names every edge that is not there. */
function requireAllEdges(rules: SpaceRules, architecture: Architecture): void {
  if (rules.inDegree !== "all") return;
  for (const { name, edges } of rules.cells) {
    const { choices } = architecture[name] as CellGenotype;
    const missing = edges.filter(
      ({ source, target }) => !choices.some((choice) => choice.source === source && choice.target === target),
    );
    if (missing.length === 0) continue;
    const list = missing.map(({ source, target }) => `${target}<-${source}`).join(", ");
    const message = `${missing.length} of ${edges.length} edges are missing: ${list}; each has its operation, also where that is none`;
    throw outside(rules, { cell: name, message });
  }
}

function afterName(rules: SpaceRules, template: CellTemplate, part: Piece): Piece {
  const colon = part.text.indexOf(":");
  if (colon < 0 || part.text.slice(0, colon).trim() !== template.name) {
    throw malformed(rules, `expected "${template.name}:"`, part.start);
  }
  return { text: part.text.slice(colon + 1), start: part.start + colon + 1 };
}

function parseCell(rules: SpaceRules, template: CellTemplate, body: Piece): { choice: Choice; position: number }[] {
  const nodes = computedNodes(template);
  const groups = split(body, "+");
  if (groups.length !== nodes.length) {
    throw malformed(rules, `expected ${nodes.length} nodes separated by "+", found ${groups.length}`, body.start);
  }
  return nodes.flatMap((target, i) => {
    const listed = split(groups[i] as Piece, "|")
      .filter((token) => token.text.trim() !== "")
      .map((token) => ({ choice: parseToken(rules, token, target), position: token.start }));
    return listed.sort((a, b) => a.choice.source - b.choice.source);
  });
}

function parseToken(rules: SpaceRules, token: Piece, target: number): Choice {
  const match = /^\s*([A-Za-z_]\w*)\s*~\s*(\d{1,4})\s*$/.exec(token.text);
  if (match === null) {
    throw malformed(rules, `expected "operation~source", found ${shortened(token.text)}`, token.start);
  }
  return { source: Number(match[2]), target, operation: match[1] as string };
}

function split(piece: Piece, separator: string): Piece[] {
  let start = piece.start;
  return piece.text.split(separator).map((text) => {
    const part = { text, start };
    start += text.length + separator.length;
    return part;
  });
}

function malformed(rules: SpaceRules, message: string, position: number): ArchwrightError {
  return new ArchwrightError(
    "architecture",
    `not an architecture of ${rules.name}: ${message} (character ${position + 1})`,
    { details: { space: rules.name, position } },
  );
}
