/** All cells of NAS-Bench-101 and random ones (space-nasbench101 §2, §6). */
import type { Random } from "../../random.ts";
import {
  edgeCount,
  MOST_EDGES,
  MOST_VERTICES,
  type Nasbench101Cell,
  nasbench101Operations,
  pruned,
  vertexCount,
} from "./cell.ts";
import { moduleHash } from "./hash.ts";

/** Edge u→v (u < v) is bit u + v(v-1)/2 of a matrix's number. */
export function matrixOf(vertices: number, bits: number): number[][] {
  return Array.from({ length: vertices }, (_, u) =>
    Array.from({ length: vertices }, (_, v) => (u < v ? (bits >>> (u + (v * (v - 1)) / 2)) & 1 : 0)),
  );
}

/** Every labelled cell of exactly `vertices` vertices in which each vertex is on a path from input to output. */
export function* labelledCells(vertices: number): Generator<Nasbench101Cell> {
  const interior = vertices - 2;
  for (let bits = 0; bits < 2 ** ((vertices * (vertices - 1)) / 2); bits++) {
    if (bitCount(bits) > MOST_EDGES) continue;
    const matrix = matrixOf(vertices, bits);
    if (!isFull(matrix)) continue;
    for (let labels = 0; labels < nasbench101Operations.length ** interior; labels++) {
      yield { matrix, operations: labelling(labels, interior) };
    }
  }
}

/** One cell of each isomorphism class, up to `vertices` vertices: 423,624 in the whole space, which takes a minute. */
export function* uniqueCells(vertices: number = MOST_VERTICES): Generator<Nasbench101Cell> {
  for (let size = 2; size <= vertices; size++) {
    // Isomorphic cells have as many vertices, so that what was seen before this size can be forgotten.
    const seen = new Set<string>();
    for (const cell of labelledCells(size)) {
      const fingerprint = moduleHash(cell);
      if (seen.has(fingerprint)) continue;
      seen.add(fingerprint);
      yield cell;
    }
  }
}

/**
 * A pruned cell: every edge among seven vertices with probability 1/2 and every label uniform, drawn again until it is
 * valid. Uniform over these raw matrices, not over the unique cells; for those, draw rows of a table.
 */
export function randomCell(random: Random): Nasbench101Cell {
  for (;;) {
    const matrix = matrixOf(MOST_VERTICES, random.integer(2 ** ((MOST_VERTICES * (MOST_VERTICES - 1)) / 2)));
    const operations = Array.from({ length: MOST_VERTICES - 2 }, () => random.pick(nasbench101Operations));
    const cell = pruned({ matrix, operations });
    if (cell !== undefined && vertexCount(cell) >= 2 && edgeCount(cell) <= MOST_EDGES) return cell;
  }
}

/** No row but the last and no column but the first is empty. */
function isFull(matrix: readonly (readonly number[])[]): boolean {
  const last = matrix.length - 1;
  return (
    matrix.every((row, u) => u === last || row.includes(1)) &&
    matrix.every((_, v) => v === 0 || matrix.some((row) => row[v] === 1))
  );
}

const labelling = (labels: number, interior: number) =>
  Array.from(
    { length: interior },
    (_, i) => nasbench101Operations[Math.floor(labels / 3 ** i) % 3] as (typeof nasbench101Operations)[number],
  );

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}
