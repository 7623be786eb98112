/** A relaxation: how architecture parameters α become mixing weights. */
import type { Generator, Tensor } from "@archwright/torch";
import type { Space } from "../spaces/space.ts";
import type { Moment } from "./moment.ts";
import type { Part, Settings } from "./part.ts";
import type { Stateful } from "./state.ts";

/**
 * Where α lies. An update that moves α moves it in one domain, and is refused on a relaxation of another.
 *
 * - `reals`: anywhere.
 * - `simplex`: every parameter has entries of at least 0 that sum to 1.
 * - `fixed`: where it was initialized.
 */
export type Domain = "reals" | "simplex" | "fixed";

export interface Relaxation extends Part {
  readonly domain: Domain;
  /**
   * α for the cells of a space, with initial values. The model that asks for it disposes of it.
   *
   * - `settings`: they fit the part's schema.
   */
  readonly create: (context: RelaxationContext, settings: Settings) => ArchitectureParameters;
}

export interface RelaxationContext {
  readonly space: Space;
  /** Source of the initial values, and of whatever else is drawn once for a search. */
  readonly random: Generator;
  /** Of the tensors. */
  readonly device: string;
}

/** One tensor that moves as a whole: of an edge, or of all edges into a node. */
export interface ArchitectureParameter {
  /** Its name in checkpoints and optimizers: `normal/3` for edge 3 of the cell `normal`. */
  readonly name: string;
  /** Name of its cell template. */
  readonly cell: string;
  /** The edges it belongs to. Once all of them are decided it gets no gradient any more, so that its optimizer's moments stay too. */
  readonly edges: readonly number[];
  /** What its entries stand for: the operations of an edge, the edges into a node, or neither of them. @default "operations" */
  readonly entries?: "operations" | "edges" | "code";
  /** A leaf; the same object for the whole search. */
  readonly tensor: Tensor;
}

/** What a draw is for. */
export interface Occasion extends Moment {
  /** The passes that follow belong to a step of α, to one of the weights, or to one minibatch of an evaluation. */
  readonly purpose: "architecture" | "weights" | "evaluation";
}

/** [edges][operations] */
export type Rows = readonly (readonly number[])[];

/**
 * α in use. Mixing weights are a function of the parameters and of a draw: all passes that belong together (of one gradient,
 * one finite difference, one attack) share a draw, which the trainer makes before them. Cells are in the order of the space's.
 *
 * `D` is what the relaxation draws: a sample, a seed, an edge.
 */
export interface ArchitectureParameters<D = unknown> extends Disposable {
  readonly parameters: readonly ArchitectureParameter[];
  /** Draws the initial values anew. The tensors stay the same objects. */
  redraw(random: Generator): void;
  /** A new draw. Absent where mixing weights follow from the parameters alone. */
  draw?(occasion: Occasion): D;
  /**
   * Mixing weights of each kind of cell, [edges, operations], differentiable in the parameters; a parameter that they do not
   * depend on gets no gradient and does not move. They belong to the current scope.
   *
   * - `draw`: left out for the weights that stand for α as it is: a distribution's mean.
   */
  weights(draw?: D): readonly Tensor[];
  /**
   * In supernets of partial channels: the weight of what goes past the operations, for each kind of cell, [edges],
   * differentiable in the parameters. @default 1 on every edge that has an operation of weight
   */
  bypass?(draw?: D): readonly Tensor[];
  /** What the strongest operations and edges are chosen by, for each kind of cell. @default the weights without a draw */
  ranking?(): readonly Rows[];
  /**
   * Which operations are run although their weight may be 0, for each kind of cell, [edges][operations]. An operation that is
   * not active has weight 0, is not run and gives its weight no gradient. @default all
   */
  active?(draw?: D): readonly (readonly (readonly boolean[])[])[];
  /**
   * Told which operations are left on every edge, for each kind of cell, once a selection has removed some, and again when a
   * search is restored. Weights of the others count as 0 from then on, whatever {@link weights} says; a relaxation that
   * distributes what they had over the rest does it here. @default nothing is renormalized
   */
  restrict?(left: readonly (readonly (readonly boolean[])[])[]): void;
  /** A scalar, differentiable in the parameters, that the validation loss gets added. @default 0 */
  penalty?(): Tensor;
  /** Called at the end of every epoch of training. Returns what is worth reporting, by name. */
  epochEnded?(): Readonly<Record<string, number>>;
  /** What else changes in the course of a search. The parameters are saved without it. */
  readonly state?: Stateful;
}
