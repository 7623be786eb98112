/** Text forms of NAS-Bench-101 cells. */
import { type Nasbench101Cell, type Nasbench101Operation, nasbench101Operations, outside, validCell } from "./cell.ts";

/** `011|001|000 input;conv3x3-bn-relu;output`: the rows of the matrix and the labels of all vertices. */
export function formatNasbench101({ matrix, operations }: Nasbench101Cell): string {
  const rows = matrix.map((row) => row.join(""));
  return `${rows.join("|")} ${["input", ...operations, "output"].join(";")}`;
}

/**
 * Reads {@link formatNasbench101}'s text, the data file's form (the matrix as one row-major string, labels separated by
 * commas) and JSON `{"matrix": [[0, 1], [0, 0]], "ops": ["input", "output"]}`. The cell is returned pruned.
 */
export function parseNasbench101(text: string): Nasbench101Cell {
  const trimmed = text.trim();
  return trimmed.startsWith("{") ? fromJson(trimmed) : fromText(trimmed);
}

/** Checks a matrix and the labels of all its vertices, input and output included, and prunes. */
export function nasbench101Cell(matrix: readonly (readonly unknown[])[], labels: readonly string[]): Nasbench101Cell {
  const size = matrix.length;
  if (size < 2) throw outside(`the matrix has ${size} rows, at least 2 are needed`);
  for (const [u, row] of matrix.entries()) {
    if (row.length !== size) throw outside(`row ${u + 1} of the matrix has ${row.length} entries instead of ${size}`);
    for (const [v, entry] of row.entries()) {
      if (entry !== 0 && entry !== 1) {
        throw outside(`the matrix holds ${JSON.stringify(entry)} in row ${u + 1}, column ${v + 1} instead of 0 or 1`);
      }
      if (entry === 1 && v <= u) throw outside(`the edge ${u}→${v} leads back: the matrix must be upper triangular`);
    }
  }
  return validCell({ matrix: matrix as number[][], operations: interiorLabels(labels, size) });
}

function interiorLabels(labels: readonly string[], size: number): Nasbench101Operation[] {
  if (labels.length !== size) throw outside(`${labels.length} operations for ${size} vertices`);
  if (labels[0] !== "input") throw outside(`the first operation must be "input", not "${labels[0]}"`);
  if (labels.at(-1) !== "output") throw outside(`the last operation must be "output", not "${labels.at(-1)}"`);
  return labels.slice(1, -1).map((label) => {
    const operation = nasbench101Operations.find((name) => name === label);
    if (operation !== undefined) return operation;
    throw outside(`"${label}" is no operation (${nasbench101Operations.join(", ")})`);
  });
}

function fromText(text: string): Nasbench101Cell {
  const [digits = "", labels, ...rest] = text.split(/\s+/);
  if (labels === undefined || rest.length > 0 || !/^[01|]+$/.test(digits)) {
    throw outside(`expected "011|001|000 input;${nasbench101Operations[0]};output", found ${quote(text)}`);
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

function fromJson(text: string): Nasbench101Cell {
  let read: { matrix?: unknown; ops?: unknown };
  try {
    read = JSON.parse(text);
  } catch {
    throw outside(`malformed JSON: ${quote(text)}`);
  }
  const { matrix, ops } = read;
  const isMatrix = Array.isArray(matrix) && matrix.every((row) => Array.isArray(row));
  const isLabels = Array.isArray(ops) && ops.every((label) => typeof label === "string");
  if (!isMatrix || !isLabels) throw outside('the JSON needs "matrix", rows of 0 and 1, and "ops", a list of names');
  return nasbench101Cell(matrix, ops);
}

/** The start of the user's text, fit for one line. */
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
