/** What a search space is: cells to decide, candidate operations, and the skeleton the cells are stacked into. */
import type { Operation, Purpose } from "./layers.ts";

/** A directed edge between two nodes of a cell. Nodes 0..inputs-1 are the cell's inputs. */
export interface Edge {
  readonly source: number;
  readonly target: number;
}

/** One kind of cell: a DAG whose edges each choose one operation. */
export interface CellTemplate {
  /** Its name in an {@link Architecture}: `cell` (NAS-Bench-201), `normal`, `reduce`. */
  readonly name: string;
  /** How many input nodes the cell has: 1 (previous block) or 2 (previous two blocks). */
  readonly inputs: 1 | 2;
  /** All nodes, inputs included. A node's value is the sum of its incoming edges. */
  readonly nodes: number;
  /** Edges in the order of the rows of α: node by node, sources ascending. */
  readonly edges: readonly Edge[];
  /** Candidate operations of each edge, in the order of the columns of α. */
  readonly operations: readonly (readonly string[])[];
  /** The cell's output: its last node, or all intermediate nodes concatenated along channels. */
  readonly output: "last" | "concat";
}

/** One decided edge. */
export interface Choice extends Edge {
  readonly operation: string;
}

/** A decided cell. `concat` lists the nodes that make the output where it is not the template's own. */
export interface CellGenotype {
  readonly choices: readonly Choice[];
  readonly concat?: readonly number[];
}

/** A point of a search space: one decided cell for each cell template, by template name. Plain JSON. */
export type Architecture = Readonly<Record<string, CellGenotype>>;

/** Where a cell's input comes from and how it is brought to the cell's channels. */
export interface CellInput {
  /** Index of the block whose output is read; -1 is the stem, -2 the stem's earlier output where it has two. */
  readonly from: number;
  readonly channels: number;
  readonly preprocess: "none" | "relu-conv-bn" | "factorized-reduce";
}

export interface CellBlock {
  readonly kind: "cell";
  /** Name of the cell template. */
  readonly cell: string;
  /** Channels of every node inside the cell. */
  readonly channels: number;
  /** Edges that leave an input node have stride 2. */
  readonly reduction: boolean;
  readonly inputs: readonly CellInput[];
}

/** ReLU-conv3×3(stride 2)-BN, ReLU-conv3×3-BN, plus a shortcut of average pool 2×2 and conv 1×1 (space-nasbench201 §2). */
export interface ResidualBlock {
  readonly kind: "residual";
  readonly from: number;
  readonly inputChannels: number;
  readonly channels: number;
}

export type Block = CellBlock | ResidualBlock;

/** A whole network around the cells, as data. */
export interface Skeleton {
  readonly inputChannels: number;
  /** `conv3x3`: conv 3×3 and BN. `imagenet`: three stride-2 convolutions with two outputs (space-darts §4.3). */
  readonly stem: { readonly kind: "conv3x3" | "imagenet"; readonly channels: number };
  readonly blocks: readonly Block[];
  /**
   * Blocks whose output ends a stage, -1 for the stem's. @default those before a residual block or a reduction cell, and the
   * last
   */
  readonly stages?: readonly number[];
  /** Global average pool and linear classifier, after BN and ReLU where `normalized`. */
  readonly head: { readonly normalized: boolean; readonly channels: number; readonly classes: number };
  /** Training-only classifier on the output of block `after` (space-darts §4.2). */
  readonly auxiliary?: { readonly after: number; readonly channels: number };
}

/** How large a network of the space is to be. */
export interface NetworkSize {
  /** Channels C of the first cells. */
  readonly channels: number;
  /** Cells in all (DARTS family) or cells per stage (NAS-Bench-201). */
  readonly cells: number;
}

/** How large a supernet is to be. */
export interface SupernetSize extends NetworkSize {
  /** k: the operations of an edge see the first of k parts of its channels (PC-DARTS); 1 is all of them. @default 1 */
  readonly partial?: number;
  /** Whether pools that have a batch norm behind them keep it. @default true */
  readonly poolNorm?: boolean;
}

export interface SkeletonOptions extends NetworkSize {
  readonly classes: number;
  readonly purpose: Purpose;
  /** `cifar` (32×32 and kin, the default) or `imagenet` (224×224 stem), where the space has both. */
  readonly stem?: "cifar" | "imagenet";
  /** Adds the auxiliary head, where the space has one. */
  readonly auxiliary?: boolean;
  /** How many nodes each cell concatenates, by name, where that is not the template's own ({@link CellGenotype.concat}). */
  readonly outputs?: Readonly<Record<string, number>>;
}

/** A search space. Made by `defineSpace`; everything else is derived from this one description. */
export interface Space {
  /** Name on the command line. */
  readonly name: string;
  /** One line for `archwright list`. */
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  readonly cells: readonly CellTemplate[];
  /** Every operation that occurs in `cells`, by name, and further ones that only hand-made genotypes use. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** Incoming edges that a decided node keeps: all of them, or this many. */
  readonly inDegree: "all" | number;
  /** Operations of the supernet that no architecture may contain (`none` in the DARTS space). */
  readonly excluded: readonly string[];
  /** Network sizes: the supernet's (which proposals are validated at) and the trained network's. */
  readonly sizes: { readonly search: SupernetSize; readonly evaluation: NetworkSize };
  readonly skeleton: (options: SkeletonOptions) => Skeleton;
  /** The space's own text form. `parse` throws `ArchwrightError("architecture")` on anything outside the space. */
  readonly format: (architecture: Architecture) => string;
  readonly parse: (text: string) => Architecture;
  /** Name of the benchmark table that holds this space's architectures, if there is one. */
  readonly benchmark?: string;
}
