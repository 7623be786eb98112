/** Text forms of NAS-Bench-101 cells. */
import { bareText } from "../codecs/bare-text.ts";
import { plain, readLiteral, readWhole, shortened } from "../codecs/literal.ts";
import { type Nasbench101Cell, type Nasbench101Operation, nasbench101Operations, outside, validCell } from "./cell.ts";

/** `011|001|000 input;conv3x3-bn-relu;output`: the rows of the matrix and the labels of all vertices. */
export function formatNasbench101({ matrix, operations }: Nasbench101Cell): string {
  const rows = matrix.map((row) => row.join(""));
  return `${rows.join("|")} ${["input", ...operations, "output"].join(";")}`;
}

/**
 * Reads {@link formatNasbench101}'s text, the data file's form (the matrix as one row-major string, labels separated by
 * commas), a matrix as numpy or JSON writes it with the labels behind it, and what the benchmark's own program prints:
 * `{"module_adjacency": [[0, 1], [0, 0]], "module_operations": ["input", "output"]}`, also as `matrix` and `ops`, with further
 * fields. Entries are 0 and 1, false and true, or these as texts. The cell is returned pruned.
 */
export function parseNasbench101(text: string): Nasbench101Cell {
  const bare = bareText(text).trim();
  const start = /(?:^|[=:]\s*|\n\s*)(?=\{|[\w.]*Spec\()/.exec(bare);
  if (start !== null) return fromRecord(plain(readWhole(bare.slice(start.index + start[0].length))));
  return /^(\[|\(|[\w.]*array\()/.test(bare) ? fromMatrix(bare) : fromText(bare);
}

/** Checks a matrix and the labels of all its vertices, input and output included, and prunes. */
export function nasbench101Cell(matrix: readonly (readonly unknown[])[], labels: readonly string[]): Nasbench101Cell {
  const size = matrix.length;
  if (size < 2) throw outside(`the matrix has ${size} rows, at least 2 are needed`);
  for (const [u, row] of matrix.entries()) {
    if (row.length !== size) throw outside(`row ${u + 1} of the matrix has ${row.length} entries instead of ${size}`);
  }
  const edges = matrix.map((row, u) => row.map((entry, v) => edgeEntry(entry, u, v)));
  return validCell({ matrix: edges, operations: interiorLabels(labels, size) });
}

function edgeEntry(given: unknown, u: number, v: number): number {
  const entry = entries.get(typeof given === "string" ? given.trim().toLowerCase() : given);
  if (entry === undefined) {
    throw outside(`the matrix holds ${JSON.stringify(given)} in row ${u + 1}, column ${v + 1} instead of 0 or 1`);
  }
  if (entry === 1 && v <= u) throw outside(`the edge ${u}→${v} leads back: the matrix must be upper triangular`);
  return entry;
}

const entries: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ...[0, false, "0", "false"].map((entry) => [entry, 0] as const),
  ...[1, true, "1", "true"].map((entry) => [entry, 1] as const),
]);

function interiorLabels(labels: readonly string[], size: number): Nasbench101Operation[] {
  const own = labels.map(ownLabel);
  if (labels.length !== size) throw outside(`${labels.length} operations for ${size} vertices`);
  if (own[0] !== "input") throw outside(`the first operation must be "input", not "${labels[0]}"`);
  if (own.at(-1) !== "output") throw outside(`the last operation must be "output", not "${labels.at(-1)}"`);
  return own.slice(1, -1).map((label) => {
    const operation = nasbench101Operations.find((name) => name === label);
    if (operation !== undefined) return operation;
    throw outside(`"${label}" is no operation (${nasbench101Operations.join(", ")})`);
  });
}

/** The constants of the benchmark's example program stand for its labels. */
const ownLabel = (label: string): string => constants.get(label.trim()) ?? label.trim();

const constants: ReadonlyMap<string, string> = new Map([
  ["INPUT", "input"],
  ["OUTPUT", "output"],
  ["CONV1X1", "conv1x1-bn-relu"],
  ["CONV3X3", "conv3x3-bn-relu"],
  ["MAXPOOL3X3", "maxpool3x3"],
]);

function fromText(text: string): Nasbench101Cell {
  const [digits = "", labels, ...rest] = text.split(/\s+/);
  if (labels === undefined || rest.length > 0 || !/^[01|]+$/.test(digits)) {
    throw outside(`expected "011|001|000 input;${nasbench101Operations[0]};output", found ${shortened(text)}`);
  }
  const rows = digits.includes("|") ? digits.split("|") : squareRows(digits);
  return nasbench101Cell(
    rows.map((row) => Array.from(row, Number)),
    labels.split(/[;,]/),
  );
}

function squareRows(digits: string): string[] {
  const size = Math.sqrt(digits.length);
  if (!Number.isInteger(size)) throw outside(`a matrix of ${digits.length} entries is not square`);
  return Array.from({ length: size }, (_, u) => digits.slice(u * size, (u + 1) * size));
}

/** The names that each part has: ours, and those of the benchmark's file and query. */
const matrixNames = ["matrix", "module_adjacency", "adjacency", "original_matrix"];
const labelNames = ["ops", "module_operations", "operations", "labels", "original_ops"];

function fromRecord(record: unknown): Nasbench101Cell {
  const field = (names: readonly string[]): unknown => {
    const name = names.find((one) => Object.hasOwn(record as object, one));
    return name === undefined ? undefined : (record as Record<string, unknown>)[name];
  };
  const [matrix, labels] = [field(matrixNames), field(labelNames)];
  if (isMatrix(matrix) && isLabels(labels)) return nasbench101Cell(matrix, labels);
  throw outside(
    'it needs "matrix" or "module_adjacency", rows of 0 and 1, and "ops" or "module_operations", a list of names',
  );
}

/** A matrix with brackets, and the labels behind it: a list, or names separated by commas, semicolons or blanks. */
function fromMatrix(text: string): Nasbench101Cell {
  const literal = readLiteral(text);
  const matrix = plain(literal);
  const rest = text.slice(literal.end).replace(/^[\s,;]+/, "");
  const labels = /^[[(]|^[\w.]*array\(/.test(rest) ? plain(readWhole(rest)) : rest.split(/[\s,;]+/);
  if (isMatrix(matrix) && isLabels(labels)) return nasbench101Cell(matrix, labels);
  throw outside(`expected the rows of a matrix and the names of its operations, found ${shortened(text)}`);
}

const isMatrix = (value: unknown): value is unknown[][] =>
  Array.isArray(value) && value.every((row) => Array.isArray(row));

const isLabels = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((label) => typeof label === "string");
