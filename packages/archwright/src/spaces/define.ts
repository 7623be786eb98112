/** Makes a search space from a description, after checking it. */
import { ArchwrightError } from "../errors.ts";
import type { Codec, SpaceRules } from "./architecture.ts";
import { computedNodes, incomingEdges } from "./cells.ts";
import { bareText } from "./codecs/bare-text.ts";
import { cellStringCodec } from "./codecs/cell-string.ts";
import { genotypeCodec } from "./codecs/genotype.ts";
import type { Layer } from "./layers.ts";
import { skeletonProblem } from "./skeletons/check.ts";
import type { CellTemplate, NetworkSize, Space } from "./space.ts";

/** Everything about a space that cannot be derived. */
export interface SpaceDescription extends Omit<Space, "format" | "parse" | "inDegree" | "excluded"> {
  /** Incoming edges that a decided node keeps. @default "all" */
  readonly inDegree?: "all" | number;
  /** Operations that no architecture may contain. @default none */
  readonly excluded?: readonly string[];
  /**
   * The text form. @default `Genotype(...)` for several cells with a fixed in-degree and concatenated output (the
   * DARTS family), else `|op~source|+|...|` (NAS-Bench-201)
   */
  readonly codec?: (rules: SpaceRules) => Codec;
}

/**
 * Checks the description and returns the space. Throws `ArchwrightError("usage")` naming the first thing that is
 * wrong: an operation missing from the table, edges out of order, a skeleton that does not fit the cells.
 */
export function defineSpace(description: SpaceDescription): Space {
  const { codec = defaultCodec(description), inDegree = "all", excluded = [], ...rest } = description;
  const rules = { ...rest, inDegree, excluded };
  const problem = rulesProblem(rules) ?? sizesProblem(rules);
  if (problem !== undefined) {
    throw new ArchwrightError("usage", `space "${description.name}": ${problem}`, {
      details: { space: description.name },
    });
  }
  const { format, parse } = codec(rules);
  return Object.freeze({ ...rules, format, parse: (text: string) => parse(bareText(text)) });
}

function defaultCodec({ cells, inDegree }: SpaceDescription): (rules: SpaceRules) => Codec {
  const family = cells.length > 1 && typeof inDegree === "number" && cells.every((cell) => cell.output === "concat");
  return family ? genotypeCodec : cellStringCodec;
}

type Rules = Omit<Space, "format" | "parse">;

function rulesProblem(rules: Rules): string | undefined {
  const { name, cells, operations, excluded, inDegree } = rules;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return "the name may hold lower-case letters, digits and single hyphens";
  if (cells.length === 0) return "it has no cells";
  if (inDegree !== "all" && !(Number.isInteger(inDegree) && inDegree >= 1)) {
    return `the in-degree must be "all" or a whole number of at least 1, not ${inDegree}`;
  }
  for (const operation of Object.keys(operations)) {
    if (!/^[A-Za-z_]\w*$/.test(operation))
      return `"${operation}" cannot name an operation: letters, digits, underscores`;
  }
  const unknown = excluded.find((operation) => !Object.hasOwn(operations, operation));
  if (unknown !== undefined) return `the excluded operation "${unknown}" is not in the table of operations`;
  for (const [i, cell] of cells.entries()) {
    if (!/^[A-Za-z_]\w*$/.test(cell.name)) return `"${cell.name}" cannot name a cell: letters, digits, underscores`;
    if (cells.findIndex((other) => other.name === cell.name) !== i) return `two cells are called "${cell.name}"`;
    const problem = dagProblem(cell) ?? rowsProblem(rules, cell);
    if (problem !== undefined) return `cell "${cell.name}": ${problem}`;
  }
  return Object.entries(operations)
    .map(([operation, build]) => layersProblem(operation, build({ stride: 1, purpose: "search" })))
    .find((problem) => problem !== undefined);
}

function dagProblem(cell: CellTemplate): string | undefined {
  if (!Number.isInteger(cell.nodes) || cell.nodes <= cell.inputs) return "it needs at least one node that is no input";
  for (const [e, { source, target }] of cell.edges.entries()) {
    const edge = `edge ${e} (${target}<-${source})`;
    if (!Number.isInteger(source) || source < 0 || source >= target)
      return `${edge} must lead from a lower node to a higher`;
    if (!Number.isInteger(target) || target < cell.inputs || target >= cell.nodes) {
      return `${edge} must end in a node from ${cell.inputs} to ${cell.nodes - 1}`;
    }
    const last = cell.edges[e - 1];
    if (last !== undefined && (target - last.target || source - last.source) <= 0) {
      return `${edge} is out of order: edges go node by node, sources ascending, each once`;
    }
  }
  const lonely = computedNodes(cell).find((node) => incomingEdges(cell, node).length === 0);
  return lonely === undefined ? undefined : `no edge leads to node ${lonely}`;
}

function rowsProblem({ operations, excluded }: Rules, cell: CellTemplate): string | undefined {
  if (cell.operations.length !== cell.edges.length) {
    return `it has ${cell.edges.length} edges but ${cell.operations.length} lists of operations`;
  }
  const width = cell.operations[0]?.length;
  for (const [e, row] of cell.operations.entries()) {
    const unknown = row.find((operation) => !Object.hasOwn(operations, operation));
    if (unknown !== undefined) return `edge ${e}: "${unknown}" is not in the table of operations`;
    if (new Set(row).size !== row.length) return `edge ${e} lists an operation twice`;
    if (row.every((operation) => excluded.includes(operation))) return `edge ${e} has no operation that is allowed`;
    // α has one row for each edge and as many columns as an edge has candidates.
    if (row.length !== width)
      return `edge ${e} has ${row.length} operations, edge 0 has ${width}; they must be as many`;
  }
  return undefined;
}

function layersProblem(operation: string, layers: readonly Layer[]): string | undefined {
  for (const layer of layers) {
    if (layer.kind !== "conv" && layer.kind !== "factored-conv" && layer.kind !== "pool") continue;
    if (!Number.isInteger(layer.kernel) || layer.kernel < 1 || layer.kernel % 2 === 0) {
      return `operation "${operation}" has a ${layer.kind} of kernel ${layer.kernel}; kernels must be odd`;
    }
  }
  return undefined;
}

function sizesProblem(rules: Rules): string | undefined {
  for (const purpose of ["search", "evaluation"] as const) {
    const size: NetworkSize = rules.sizes[purpose];
    const whole = [size.channels, size.cells].every((n) => Number.isInteger(n) && n >= 1);
    if (!whole) return `the ${purpose} size must be whole numbers of at least 1`;
    const problem = skeletonProblem(rules, rules.skeleton({ ...size, classes: 10, purpose }), purpose);
    if (problem !== undefined) return `the skeleton of the ${purpose} size: ${problem}`;
  }
  return undefined;
}
