/** The benchmark's fingerprint of a cell: equal for isomorphic cells (space-nasbench101 §2). */
import { hash } from "node:crypto";
import { type Nasbench101Cell, nasbench101Operations } from "./cell.ts";

const INPUT = -1;
const OUTPUT = -2;

const md5 = (text: string): string => hash("md5", text);

/**
 * 32 hexadecimal digits of a pruned cell: every vertex starts from its degrees and label, takes in its neighbours'
 * digests once for each vertex, and the sorted digests are hashed. No two cells of the space that differ share one.
 */
export function moduleHash({ matrix, operations }: Nasbench101Cell): string {
  const vertices = matrix.map((_, v) => v);
  const sources = vertices.map((v) => vertices.filter((u) => matrix[u]?.[v] === 1));
  const targets = vertices.map((v) => vertices.filter((w) => matrix[v]?.[w] === 1));
  const label = (v: number): number => {
    if (v === 0) return INPUT;
    const operation = operations[v - 1];
    return operation === undefined ? OUTPUT : nasbench101Operations.indexOf(operation);
  };
  let digests = vertices.map((v) => md5(`(${targets[v]?.length}, ${sources[v]?.length}, ${label(v)})`));
  const joined = (others: readonly number[] | undefined): string =>
    (others ?? [])
      .map((u) => digests[u] as string)
      .sort()
      .join("");
  for (let round = 0; round < vertices.length; round++) {
    digests = vertices.map((v) => md5(`${joined(sources[v])}|${joined(targets[v])}|${digests[v]}`));
  }
  const list = digests.sort().map((digest) => `'${digest}'`);
  return md5(`[${list.join(", ")}]`);
}
