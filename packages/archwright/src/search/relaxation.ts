/** A relaxation: how architecture parameters α become mixing weights. */
import type { Generator, Tensor } from "@archwright/torch";
import type { CellTemplate } from "../spaces/space.ts";
import type { Part } from "./part.ts";

/** Architecture parameters of every cell template, by name: [edges, operations] each. */
export type Alpha = Readonly<Record<string, Tensor>>;

export interface Relaxation extends Part {
  /** Whether α has to stay as it was initialized. @default false */
  readonly fixed?: true;
  /** Initial α of a cell: [edges, operations]. Belongs to the current scope. */
  readonly initial: (cell: CellTemplate, generator: Generator) => Tensor;
  /** Mixing weights [edges, operations] of a cell, differentiable in α. */
  readonly weights: (alpha: Tensor) => Tensor;
}
