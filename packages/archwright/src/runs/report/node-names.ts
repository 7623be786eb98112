/** What the nodes of a cell are called in drawings and tables. */
import type { CellTemplate, Edge } from "../../spaces/space.ts";
import { type Markup, markup } from "./markup.ts";

/** A name with an optional subscript, `c` and `k−2`. */
export interface NodeName {
  readonly base: string;
  readonly subscript?: string;
}

/** The output node of a template that concatenates; it is drawn but is no node of the template. */
export const outputNode = "output";

/**
 * The name of a node, in the convention of the space's paper.
 * Cells with two inputs (DARTS): `c_{k-2}`, `c_{k-1}`, intermediate nodes from 0, `c_k`.
 * Cells with one input (NAS-Bench-201): `in`, intermediate nodes from 1, `out`.
 */
export function nodeName(template: CellTemplate, node: number | typeof outputNode): NodeName {
  const twoInputs = template.inputs === 2;
  const isOutput = node === outputNode || (template.output === "last" && node === template.nodes - 1);
  if (isOutput) return twoInputs ? { base: "c", subscript: "k" } : { base: "out" };
  if (twoInputs && node < 2) return { base: "c", subscript: node === 0 ? "k−2" : "k−1" };
  if (node === 0) return { base: "in" };
  return { base: String(twoInputs ? node - 2 : node) };
}

const subscripts: Record<string, string> = { k: "ₖ", "−": "₋", 1: "₁", 2: "₂" };

/** The name as plain text: `cₖ₋₂`, `0`. */
export function plainNodeName({ base, subscript = "" }: NodeName): string {
  return base + [...subscript].map((character) => subscripts[character]).join("");
}

/** Plain text as the content of an SVG `text`, its subscripts as small lowered letters: the Unicode ones are too faint. */
export function withSubscripts(text: string): Markup {
  const parts = text.split(/([ₖ₋₁₂]+)/);
  const letters = (part: string): string =>
    [...part].map((c) => Object.keys(subscripts).find((letter) => subscripts[letter] === c)).join("");
  return markup`${parts.map((part, i) => {
    if (part === "") return "";
    if (i % 2 === 1) return markup`<tspan dy="3" font-size="9">${letters(part)}</tspan>`;
    return i === 0 ? part : markup`<tspan dy="-3">${part}</tspan>`;
  })}`;
}

/** `cₖ₋₂ → 0` */
export function edgeName(template: CellTemplate, edge: Edge): string {
  return `${plainNodeName(nodeName(template, edge.source))} → ${plainNodeName(nodeName(template, edge.target))}`;
}
