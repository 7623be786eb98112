/** Cells as one line, `|op~source|+|op~source|op~source|`: node by node, the text form of NAS-Bench-201. */
import { ArchwrightError } from "../../errors.ts";
import { architectureProblem, type Codec, outside, type SpaceRules } from "../architecture.ts";
import { computedNodes } from "../cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice } from "../space.ts";

/** A piece of the text and where it starts. */
interface Piece {
  readonly text: string;
  readonly start: number;
}

/**
 * `+` stands between the nodes that are no inputs, `|` around the incoming edges of one. A space of several cells
 * writes `name:` before each and `;` between them. When reading, an edge that is not listed holds `none` where its
 * candidates include it (space-nasbench201 §3), and white space between the tokens has no meaning.
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
  const problem = architectureProblem(rules, architecture);
  if (problem !== undefined) {
    throw outside(rules, problem, problem.choice === undefined ? undefined : positions[problem.cell]?.[problem.choice]);
  }
  return architecture;
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
    return [...listed, ...unlisted(rules, template, target, listed)].sort((a, b) => a.choice.source - b.choice.source);
  });
}

function parseToken(rules: SpaceRules, token: Piece, target: number): Choice {
  const match = /^\s*([A-Za-z_]\w*)\s*~\s*(\d{1,4})\s*$/.exec(token.text);
  if (match === null) {
    throw malformed(rules, `expected "operation~source", found ${quote(token.text)}`, token.start);
  }
  return { source: Number(match[2]), target, operation: match[1] as string };
}

function unlisted(
  rules: SpaceRules,
  template: CellTemplate,
  target: number,
  listed: readonly { choice: Choice; position: number }[],
): { choice: Choice; position: number }[] {
  if (rules.inDegree !== "all" || rules.excluded.includes("none")) return [];
  return template.edges.flatMap((edge, e) => {
    if (edge.target !== target || listed.some(({ choice }) => choice.source === edge.source)) return [];
    if (template.operations[e]?.includes("none") !== true) return [];
    return [{ choice: { ...edge, operation: "none" }, position: 0 }];
  });
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

/** The start of a piece of the user's text, fit for one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
