/** Mutations of NAS-Bench-101 cells, as in Ying et al., ICML 2019, §4.2: edges and operations of the matrix of seven vertices. */
import type { Random } from "../../random.ts";
import { others } from "../mutation.ts";
import {
  edgeCount,
  MOST_EDGES,
  MOST_VERTICES,
  type Nasbench101Cell,
  type Nasbench101Operation,
  nasbench101Operations,
  pruned,
} from "./cell.ts";
import { moduleHash } from "./hash.ts";

/**
 * Flips one edge or changes one operation until another valid cell comes out. Pruned cells are first filled up to seven
 * vertices with ones that nothing reads, as the paper mutates matrices before pruning: so cells can grow again. A change
 * that makes the cell invalid is taken back; one that pruning removes is kept.
 */
export function mutatedCell(cell: Nasbench101Cell, random: Random): Nasbench101Cell {
  const parent = moduleHash(cell);
  let raw = filledUp(cell, random);
  for (;;) {
    const changed = changeOnce(raw, random);
    const child = pruned(changed);
    if (child === undefined || edgeCount(child) > MOST_EDGES) continue;
    if (moduleHash(child) !== parent) return child;
    raw = changed;
  }
}

/**
 * The same cell with further vertices at random places among the interior ones, of random operations: each reads one
 * vertex before it and is read by none, so that one more edge makes it part of the cell.
 */
function filledUp(cell: Nasbench101Cell, random: Random): Nasbench101Cell {
  let { matrix, operations } = cell;
  while (matrix.length < MOST_VERTICES) {
    const place = 1 + random.integer(matrix.length - 1);
    const source = random.integer(place);
    const wider = matrix.map((row, u) => row.toSpliced(place, 0, u === source ? 1 : 0));
    matrix = wider.toSpliced(
      place,
      0,
      Array.from({ length: matrix.length + 1 }, () => 0),
    );
    operations = operations.toSpliced(place - 1, 0, random.pick(nasbench101Operations));
  }
  return { matrix, operations };
}

/** One of the edges and operations, each with the same probability. */
function changeOnce({ matrix, operations }: Nasbench101Cell, random: Random): Nasbench101Cell {
  const edges = matrix.flatMap((_, v) => Array.from({ length: v }, (_, u) => [u, v] as const));
  const place = random.integer(edges.length + operations.length);
  if (place >= edges.length) {
    const i = place - edges.length;
    const present = operations[i] as Nasbench101Operation;
    return { matrix, operations: operations.with(i, random.pick(others(nasbench101Operations, present))) };
  }
  const [u, v] = edges[place] as readonly [number, number];
  const row = matrix[u] as readonly number[];
  return { matrix: matrix.with(u, row.with(v, 1 - (row[v] as number))), operations };
}
