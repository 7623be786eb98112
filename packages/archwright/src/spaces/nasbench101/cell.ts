/** Cells of NAS-Bench-101: labelled DAGs, their pruned form and what makes one valid (space-nasbench101 §1). */
import { ArchwrightError } from "../../errors.ts";

/** Operations of interior vertices in canonical order. */
export const nasbench101Operations = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"] as const;

export type Nasbench101Operation = (typeof nasbench101Operations)[number];

/** Vertex 0 is the input, the last one the output. */
export interface Nasbench101Cell {
  /** `matrix[u][v]` is 1 for an edge u→v; strictly upper triangular. */
  readonly matrix: readonly (readonly number[])[];
  /** Of the interior vertices, in order. */
  readonly operations: readonly Nasbench101Operation[];
}

export const MOST_VERTICES = 7;
export const MOST_EDGES = 9;

export const vertexCount = ({ matrix }: Nasbench101Cell): number => matrix.length;

export const edgeCount = ({ matrix }: Nasbench101Cell): number =>
  matrix.reduce((total, row) => total + row.reduce((sum, edge) => sum + edge, 0), 0);

/** Vertices that vertex `v` reads. */
export const sourcesOf = ({ matrix }: Nasbench101Cell, v: number): number[] =>
  matrix.flatMap((row, u) => (row[v] === 1 ? [u] : []));

/**
 * Drops every vertex that the input does not reach or that does not reach the output; undefined if no path leads from
 * the input to the output.
 */
export function pruned(cell: Nasbench101Cell): Nasbench101Cell | undefined {
  const { matrix, operations } = cell;
  const last = matrix.length - 1;
  const fromInput = new Set([0]);
  for (let v = 1; v <= last; v++) if (sourcesOf(cell, v).some((u) => fromInput.has(u))) fromInput.add(v);
  const toOutput = new Set([last]);
  for (let u = last - 1; u >= 0; u--) if (matrix[u]?.some((edge, v) => edge === 1 && toOutput.has(v))) toOutput.add(u);
  if (!fromInput.has(last)) return undefined;
  const kept = matrix.flatMap((_, v) => (fromInput.has(v) && toOutput.has(v) ? [v] : []));
  return {
    matrix: kept.map((u) => kept.map((v) => matrix[u]?.[v] as number)),
    operations: kept.slice(1, -1).map((v) => operations[v - 1] as Nasbench101Operation),
  };
}

/**
 * The pruned cell, if it is one of the space. Throws `ArchwrightError("architecture")` for a cell without a path from
 * input to output and for one that is too large after pruning.
 */
export function validCell(cell: Nasbench101Cell): Nasbench101Cell {
  const small = pruned(cell);
  if (small === undefined) throw outside("no path leads from the input to the output");
  const [vertices, edges] = [vertexCount(small), edgeCount(small)];
  if (vertices > MOST_VERTICES)
    throw outside(`${vertices} vertices after pruning, at most ${MOST_VERTICES} are allowed`);
  if (edges > MOST_EDGES) throw outside(`${edges} edges after pruning, at most ${MOST_EDGES} are allowed`);
  return small;
}

export const outside = (message: string): ArchwrightError =>
  new ArchwrightError("architecture", `not an architecture of nasbench101: ${message}`, {
    details: { space: "nasbench101" },
  });
