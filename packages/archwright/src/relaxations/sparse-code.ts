/** Sparse coding: a node's mixing weights are recovered from few measurements, and all but the largest are zero (ISTA-NAS). */
import {
  cat,
  clone,
  copy_,
  detachFromScope,
  matmul,
  mulScalar,
  noGrad,
  randn,
  reshape,
  scope,
  sub,
  type Tensor,
  tensor,
  to,
} from "@archwright/torch";
import { z } from "zod";
import type {
  ArchitectureParameter,
  ArchitectureParameters,
  Relaxation,
  RelaxationContext,
  Rows,
} from "../search/relaxation.ts";
import type { Stateful } from "../search/state.ts";
import type { CellTemplate } from "../spaces/space.ts";
import { type Columns, lasso } from "./sparse-code/lasso.ts";
import { type Projection, project } from "./sparse-code/projection.ts";
import { type CodedNode, codedNodes, sensingMatrix } from "./sparse-code/sensing.ts";

const settings = z.object({
  measurements: z.int().min(1).max(256).default(7).describe("length m of the code b of a node"),
  sparsity: z.int().min(1).max(64).default(2).describe("operations into a node that are active"),
  shrinkage: z
    .number()
    .positive()
    .default(1e-5)
    .describe("λ of the LASSO that recovers a node's weights from its code"),
  sensing: z
    .enum(["uniform", "gaussian"])
    .default("uniform")
    .describe(
      "what the sensing matrices are drawn from: uniform on [0, 1), as published, or normal with columns of length 1",
    ),
});

export const sparseCode: Relaxation = {
  name: "sparse-code",
  title: "weights recovered from a compressed code of each node; few are not zero",
  source: "Yang et al., ISTA-NAS, NeurIPS 2020, sections 3.1 and 3.2",
  domain: "reals",
  settings,
  create: (context, values) => new SparseCode(context, settings.parse(values)),
};

/** Weights of a kind of cell, [edges·operations]: map·b − bias, with the codes b of its nodes one after the other. */
interface Affine {
  readonly map: Tensor;
  readonly bias: Tensor;
}

/** The JSON of a saved state. */
interface SavedJson {
  readonly matrices: number[][][];
  readonly codes: number[][];
}

/**
 * b of every node is a parameter. At the start and at the end of every epoch the sparse vector x is recovered from it; until the
 * next recovery the weights are affine in b, `ẑ = A_Sᵀb − (A_SᵀA_S − I)x_S` on the support S of x, and zero elsewhere.
 */
class SparseCode implements ArchitectureParameters {
  readonly parameters: readonly ArchitectureParameter[];
  readonly #context: RelaxationContext;
  readonly #options: z.infer<typeof settings>;
  readonly #nodes: readonly CodedNode[];
  /** A of every node, drawn once (ista-nas §1). */
  #matrices: readonly Columns[];
  /** x of every node, as recovered: dense. */
  #codes: number[][] = [];
  #projections: Projection[] = [];
  /** Of each kind of cell. */
  #maps: Affine[] = [];

  constructor(context: RelaxationContext, options: z.infer<typeof settings>) {
    const { space, random, device } = context;
    this.#context = context;
    this.#options = options;
    this.#nodes = codedNodes(space);
    this.parameters = this.#nodes.map(({ cell, node, edges }) => ({
      name: `${cell}/node ${node}`,
      cell,
      edges,
      tensor: noGrad(() => scope(() => detachFromScope(to(clone(this.#initial(random)), { device })))),
    }));
    this.#matrices = this.#nodes.map((node) => sensingMatrix(node, random, options.measurements, options.sensing));
    this.#recover();
  }

  /** b ~ 1e-3·N(0,1) (ista-nas §3). */
  #initial(random: RelaxationContext["random"]): Tensor {
    return mulScalar(randn([this.#options.measurements], random), 1e-3);
  }

  redraw(random: RelaxationContext["random"]): void {
    for (const parameter of this.parameters) {
      noGrad(() => scope(() => copy_(parameter.tensor, to(this.#initial(random), { device: this.#context.device }))));
    }
    this.#recover();
  }

  weights(): Tensor[] {
    return this.#context.space.cells.map((cell, i) => {
      const { map, bias } = this.#maps[i] as Affine;
      const code = cat(this.parameters.filter(({ cell: name }) => name === cell.name).map(({ tensor: b }) => b));
      return reshape(sub(matmul(map, code), bias), shapeOf(cell));
    });
  }

  /** |x| as recovered. An edge of a candidate that no code has gets 0. */
  ranking(): Rows[] {
    return this.#scattered((n) => (this.#codes[n] as number[]).map(Math.abs), 0);
  }

  active(): boolean[][][] {
    return this.#scattered((n, entries) => {
      const support = new Set(this.#projections[n]?.support);
      return Array.from({ length: entries }, (_, p) => support.has(p));
    }, false);
  }

  epochEnded(): Readonly<Record<string, number>> {
    const before = this.#projections;
    this.#recover();
    const left = before.flatMap(({ support }, n) => support.filter((p) => !this.#projections[n]?.support.includes(p)));
    return { supportChanges: left.length };
  }

  get state(): Stateful {
    return {
      save: () => ({
        tensors: {},
        json: {
          matrices: this.#matrices.map((matrix) => matrix.map((column) => [...column])),
          codes: this.#codes.map((code) => [...code]),
        } satisfies SavedJson,
      }),
      restore: ({ json }) => {
        const { matrices, codes } = json as SavedJson;
        this.#matrices = structuredClone(matrices);
        this.#codes = codes.map((code) => [...code]);
        this.#project();
      },
    };
  }

  #recover(): void {
    this.#codes = this.#matrices.map((matrix, n) =>
      lasso(matrix, (this.parameters[n] as ArchitectureParameter).tensor.toArray(), this.#options.shrinkage),
    );
    this.#project();
  }

  #project(): void {
    const { sparsity, measurements } = this.#options;
    this.#projections = this.#matrices.map((matrix, n) => project(matrix, this.#codes[n] as number[], sparsity));
    this.#free();
    this.#maps = this.#context.space.cells.map((cell) => {
      const own = this.#nodes.flatMap((node, n) => (node.cell === cell.name ? [{ node, at: n }] : []));
      const [edges, operations] = shapeOf(cell);
      const width = own.length * measurements;
      const map = new Float32Array(edges * operations * width);
      const bias = new Float32Array(edges * operations);
      for (const [block, { node, at }] of own.entries()) {
        const projection = this.#projections[at] as Projection;
        for (const [p, { edge, operation }] of node.entries.entries()) {
          const row = edge * operations + operation;
          bias[row] = projection.bias[p] as number;
          map.set(projection.columns[p] as readonly number[], row * width + block * measurements);
        }
      }
      return {
        map: this.#constant(map, [edges * operations, width]),
        bias: this.#constant(bias, [edges * operations]),
      };
    });
  }

  #constant(values: Float32Array, shape: readonly number[]): Tensor {
    const { device } = this.#context;
    return noGrad(() => scope(() => detachFromScope(clone(to(tensor(values, shape), { device })))));
  }

  /** Values of each node's entries at their places, [edges][operations] of each kind of cell; `none` where there is no entry. */
  #scattered<T>(values: (node: number, entries: number) => readonly T[], none: T): T[][][] {
    return this.#context.space.cells.map((cell) => {
      const rows = cell.operations.map((row) => row.map(() => none));
      for (const [n, { cell: name, entries }] of this.#nodes.entries()) {
        if (name !== cell.name) continue;
        const own = values(n, entries.length);
        for (const [p, { edge, operation }] of entries.entries()) (rows[edge] as T[])[operation] = own[p] as T;
      }
      return rows;
    });
  }

  #free(): void {
    for (const { map, bias } of this.#maps) {
      map.dispose();
      bias.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.#free();
    for (const { tensor: b } of this.parameters) b.dispose();
  }
}

const shapeOf = (cell: CellTemplate): [number, number] => [cell.edges.length, cell.operations[0]?.length ?? 0];
