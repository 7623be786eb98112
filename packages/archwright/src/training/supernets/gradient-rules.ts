/** What a trainer takes from an update: the gradients of both levels, how α moves along its own, and work between epochs. */
import type { Optimizer, Tensor } from "@archwright/torch";
import type { SearchModel } from "../../search/model.ts";
import type { Moment } from "../../search/moment.ts";
import type { ArchitectureParameter } from "../../search/relaxation.ts";
import type { Stateful } from "../../search/state.ts";
import type { Vector } from "../vectors.ts";
import type { Bilevel, Gradients, TrainObjective } from "./bilevel-problem.ts";
import type { EpochPlan, Task } from "./training-plan.ts";

/** What second-order updates need to know of the weights' optimizer. */
export interface WeightOptimizer {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  /** Largest Euclidean norm of the gradient of all weights together, to which a step cuts it. */
  readonly clip: number;
  /** Momentum buffers in the order of the weights, zeros where there is none yet; undefined before the first step. */
  readonly buffers: Vector | undefined;
}

/** The minibatches of one step of α. */
export interface StepBatches<Batch> {
  readonly valid: Batch;
  /** The minibatch of the weight step that goes with it, or a fresh one where weight steps come first. */
  readonly train: () => Batch;
  /**
   * One more minibatch of the weights' images, for passes of the update's own: from a stream apart, so that those of the
   * weight steps stay what they are. Its size is the rules' `ownBatch`.
   */
  readonly own: () => Batch;
}

/** Gradients, and what else is worth reporting of them. */
export interface ReportedGradients extends Gradients {
  /** By name: averaged over the epoch. */
  readonly facts?: Readonly<Record<string, number>>;
}

/** The gradients of both levels. Batches, draws, the weights' optimizer, schedules and clipping are the trainer's. */
export interface GradientRules {
  /** Steps of w for each step of α. */
  readonly innerSteps: number;
  /**
   * What the setting `stepsPerEpoch` counts, and of which an epoch has by itself as many as the training half has minibatches.
   * Where it counts steps of w, the last step of α may be followed by fewer of them. @default "architecture"
   */
  readonly epochOf?: "architecture" | "weights";
  /**
   * What α's optimizer gets; absent where α stays as it is. All passes of one call see the same draw of the relaxation and the
   * same noise.
   */
  readonly architectureGradient?: <Batch>(
    problem: Bilevel<Batch>,
    batches: StepBatches<Batch>,
    optimizer: WeightOptimizer,
    moment: Moment,
  ) => ReportedGradients;
  /**
   * Makes the optimizer of α; present wherever there is an `architectureGradient`. A parameter whose gradient is null stays
   * as it is, with its moments: decided edges, and those that the draw left out.
   */
  readonly architectureOptimizer?: (parameters: readonly ArchitectureParameter[]) => Optimizer;
  /**
   * The gradient that w's optimizer gets, unclipped.
   *
   * - `probabilities`: the mixing weights of each kind of cell, [edges, operations], without gradients.
   */
  readonly weightGradient: (
    objective: TrainObjective,
    probabilities: readonly Tensor[],
    moment: Moment,
  ) => ReportedGradients;
  /** Images in the minibatches that `own` gives. @default as many as in one of the weight steps */
  readonly ownBatch?: number;
  /**
   * Work of the update between epochs, in which it may move α: asked for before every epoch that moves α, in the state that
   * the epochs and the selection's decisions before it left behind; undefined where there is nothing to do. A task that is
   * under way is saved with its own state, and made again for the same epoch before it is restored.
   */
  readonly before?: (model: SearchModel, plan: EpochPlan) => Task | undefined;
  /** Steps of such a task, at most, for the progress. @default 0 */
  readonly taskSteps?: number;
  /** What the rules remember from step to step. */
  readonly state?: Stateful;
}
