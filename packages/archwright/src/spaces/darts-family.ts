/** What the DARTS space and its restrictions S1-S4 have in common (space-darts, space-robust-s1-s4). */
import { cell } from "./cells.ts";
import { genotypeCodec } from "./codecs/genotype.ts";
import { defineSpace } from "./define.ts";
import type { Operation } from "./layers.ts";
import { chained } from "./skeletons/chained.ts";
import type { Space } from "./space.ts";

export interface DartsFamilyOptions {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** Candidates of every edge, or a list for each of the 14 edges, in the order of the columns of α. */
  readonly normal: readonly string[] | readonly (readonly string[])[];
  readonly reduce: readonly string[] | readonly (readonly string[])[];
  readonly operations: Readonly<Record<string, Operation>>;
  readonly excluded?: readonly string[];
}

/** Two cells of two inputs and four nodes, two inputs kept per node; C=16, L=8 to search, C=36, L=20 to train. */
export function dartsFamily({ normal, reduce, ...rest }: DartsFamilyOptions): Space {
  const shape = { inputs: 2, nodes: 6, output: "concat" } as const;
  const cells = [
    cell("normal", { ...shape, operations: normal }),
    cell("reduce", { ...shape, operations: reduce }),
  ] as const;
  return defineSpace({
    ...rest,
    cells,
    inDegree: 2,
    sizes: { search: { channels: 16, cells: 8 }, evaluation: { channels: 36, cells: 20 } },
    skeleton: chained({ normal: cells[0], reduction: cells[1] }),
    codec: genotypeCodec,
  });
}
