/** Architectures as data: whether one belongs to a space, its canonical form, and its operation indices. */
import { ArchwrightError } from "../errors.ts";
import { computedNodes, incomingEdges, keptEdges, outputNodes } from "./cells.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice, Space } from "./space.ts";

/** The part of a space that decides which architectures belong to it. */
export type SpaceRules = Pick<Space, "name" | "cells" | "operations" | "inDegree" | "excluded">;

/** A space's text form. */
export interface Codec {
  readonly format: (architecture: Architecture) => string;
  readonly parse: (text: string) => Architecture;
}

/** Why an architecture is outside a space, and which choice is to blame if one is. */
export interface ArchitectureProblem {
  readonly message: string;
  readonly cell: string;
  /** Index into the cell's choices. */
  readonly choice?: number;
}

/** Allows operations that a space excludes: a published hand-made cell may hold a `none` (BANANAS does). */
export interface CheckOptions {
  readonly allowExcluded?: boolean;
}

/** The first reason why `architecture` is not in the space, or undefined if it is. */
export function architectureProblem(
  rules: SpaceRules,
  architecture: Architecture,
  options: CheckOptions = {},
): ArchitectureProblem | undefined {
  for (const name of Object.keys(architecture)) {
    if (!rules.cells.some((template) => template.name === name)) return { cell: name, message: "no such cell" };
  }
  for (const template of rules.cells) {
    const decided = Object.hasOwn(architecture, template.name) ? architecture[template.name] : undefined;
    if (decided === undefined) return { cell: template.name, message: "the cell is missing" };
    const problem = cellProblem(rules, template, decided, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Throws `ArchwrightError("architecture")` unless `architecture` is in the space. */
export function checkArchitecture(rules: SpaceRules, architecture: Architecture, options: CheckOptions = {}): void {
  const problem = architectureProblem(rules, architecture, options);
  if (problem !== undefined) throw outside(rules, problem);
}

/** The error for a problem; `position` is the offset of the culprit in the text, if there is a text. */
export function outside(rules: SpaceRules, problem: ArchitectureProblem, position?: number): ArchwrightError {
  const at = position === undefined ? "" : ` (character ${position + 1})`;
  const message = `not an architecture of ${rules.name}: ${problem.cell}: ${problem.message}${at}`;
  return new ArchwrightError("architecture", message, { details: { space: rules.name, ...problem, position } });
}

function cellProblem(
  rules: SpaceRules,
  template: CellTemplate,
  genotype: CellGenotype,
  options: CheckOptions,
): ArchitectureProblem | undefined {
  const cell = template.name;
  for (const [choice, decided] of genotype.choices.entries()) {
    const message = choiceProblem(rules, template, decided, options);
    if (message !== undefined) return { cell, choice, message };
  }
  for (const node of computedNodes(template)) {
    const message = nodeProblem(rules, template, genotype, node);
    if (message !== undefined) return { cell, message };
  }
  const message = concatProblem(template, genotype.concat);
  return message === undefined ? undefined : { cell, message };
}

function choiceProblem(
  rules: SpaceRules,
  template: CellTemplate,
  { source, target, operation }: Choice,
  options: CheckOptions,
): string | undefined {
  const edge = template.edges.findIndex((e) => e.source === source && e.target === target);
  if (edge < 0) return `there is no edge from node ${source} to node ${target}`;
  const row = template.operations[edge] as readonly string[];
  if (rules.excluded.includes(operation) && options.allowExcluded !== true) {
    return `"${operation}" is not allowed in an architecture (edge ${target}<-${source})`;
  }
  if (row.includes(operation) || isExtra(rules, operation)) return undefined;
  return `"${operation}" is not an operation of edge ${target}<-${source} (${row.join(", ")})`;
}

/** Whether the operation is on no edge at all but in the table: those are for hand-made cells, anywhere. */
function isExtra(rules: SpaceRules, operation: string): boolean {
  return (
    Object.hasOwn(rules.operations, operation) &&
    !rules.cells.some((template) => template.operations.some((row) => row.includes(operation)))
  );
}

function nodeProblem(
  rules: SpaceRules,
  template: CellTemplate,
  genotype: CellGenotype,
  node: number,
): string | undefined {
  const chosen = genotype.choices.filter((choice) => choice.target === node);
  const incoming = incomingEdges(template, node).map((edge) => template.edges[edge]?.source);
  const expected = keptEdges(rules.inDegree, incoming.length);
  if (rules.inDegree === "all") {
    const missing = incoming.find((source) => !chosen.some((choice) => choice.source === source));
    if (missing !== undefined) return `edge ${node}<-${missing} has no operation`;
    if (chosen.length > expected) return `node ${node} has an edge with two operations`;
  }
  // Two operations on one edge are legal where the in-degree is a number: published cells have them.
  if (chosen.length !== expected) return `node ${node} has ${chosen.length} inputs instead of ${expected}`;
  return undefined;
}

function concatProblem(template: CellTemplate, concat: readonly number[] | undefined): string | undefined {
  if (concat === undefined) return undefined;
  if (template.output === "last") return "the output is the last node, it cannot be a concatenation";
  if (concat.length === 0) return "the concatenation is empty";
  const wrong = concat.find((node, i) => !computedNodes(template).includes(node) || concat.indexOf(node) !== i);
  return wrong === undefined ? undefined : `the concatenation cannot hold node ${wrong} (or not twice)`;
}

/**
 * The same function written in one way: choices by target, source, operation; `concat` only where it is not the
 * template's own. Sums commute, so the order of a node's inputs has no meaning (space-darts §10).
 */
export function canonicalArchitecture(rules: SpaceRules, architecture: Architecture): Architecture {
  const cells = rules.cells.map((template) => {
    const { choices, concat } = architecture[template.name] as CellGenotype;
    const sorted = choices.toSorted(
      (a, b) => a.target - b.target || a.source - b.source || compareText(a.operation, b.operation),
    );
    return [template.name, withConcat(template, sorted, concat)] as const;
  });
  return Object.fromEntries(cells);
}

/** A decided cell that names its concatenation only if it is not the template's own. */
export function withConcat(
  template: CellTemplate,
  choices: readonly Choice[],
  concat?: readonly number[],
): CellGenotype {
  const own = outputNodes(template);
  const same = concat === undefined || (concat.length === own.length && concat.every((node, i) => node === own[i]));
  return same ? { choices } : { choices, concat };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** For each edge of the template the column of its operation in α, -1 for an edge that is not kept. */
export function operationIndices(template: CellTemplate, genotype: CellGenotype): number[] {
  return template.edges.map((edge, e) => {
    const on = genotype.choices.filter((choice) => choice.source === edge.source && choice.target === edge.target);
    if (on.length === 0) return -1;
    const index = template.operations[e]?.indexOf(on[0]?.operation ?? "") ?? -1;
    if (on.length === 1 && index >= 0) return index;
    throw new ArchwrightError(
      "architecture",
      `${template.name}: edge ${edge.target}<-${edge.source} holds ${on.map((c) => c.operation).join(" and ")}, ` +
        "which no single column of the architecture matrix stands for",
    );
  });
}

/** The inverse of {@link operationIndices}. */
export function fromOperationIndices(template: CellTemplate, indices: readonly number[]): CellGenotype {
  const choices = template.edges.flatMap((edge, e) => {
    const index = indices[e];
    if (index === -1) return [];
    const operation = index === undefined ? undefined : template.operations[e]?.[index];
    if (operation === undefined) throw new RangeError(`edge ${e} of ${template.name} has no operation ${index}`);
    return [{ ...edge, operation }];
  });
  return { choices };
}
