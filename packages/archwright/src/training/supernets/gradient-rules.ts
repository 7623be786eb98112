/** What a trainer takes from an update: the gradients of both levels. */
import type { Generator, Tensor } from "@archwright/torch";
import type { Vector } from "../vectors.ts";
import type { Bilevel, Gradients, TrainObjective } from "./bilevel-problem.ts";

/** Where a training stands. */
export interface Moment {
  /** From 0. */
  readonly epoch: number;
  /** Epochs of the search phase. */
  readonly epochs: number;
  /** Fine-tuning is what a selection does between its decisions, after the search phase. */
  readonly phase: "search" | "finetune";
  /** Source of the update's own draws. */
  readonly random: Generator;
}

/** What second-order updates need to know of the weights' optimizer. */
export interface WeightOptimizer {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Momentum buffers in the order of the weights, zeros where there is none yet; undefined before the first step. */
  readonly buffers: Vector | undefined;
}

/** The minibatches of one step of α. */
export interface StepBatches<Batch> {
  readonly valid: Batch;
  /** The minibatch of the weight step that goes with it, or a fresh one where weight steps come first. */
  readonly train: () => Batch;
}

export interface WeightGradients extends Gradients {
  /** What else is worth reporting, by name: averaged over the epoch. */
  readonly facts?: Readonly<Record<string, number>>;
}

/** The gradients of both levels. Batches, optimizers, schedules and clipping are the trainer's. */
export interface GradientRules {
  /** Steps of w for each step of α. */
  readonly innerSteps: number;
  /** The gradient that α's optimizer gets; absent where α stays as it is. */
  readonly architectureGradient?: <Batch>(
    problem: Bilevel<Batch>,
    batches: StepBatches<Batch>,
    optimizer: WeightOptimizer,
  ) => Gradients;
  /**
   * The gradient that w's optimizer gets, unclipped.
   *
   * - `probabilities`: the mixing weights of each kind of cell, [edges, operations], without gradients.
   */
  readonly weightGradient: (
    objective: TrainObjective,
    probabilities: readonly Tensor[],
    moment: Moment,
  ) => WeightGradients;
}
