/** A bilevel problem as the updates see it: losses of both halves in weights w and architecture parameters α (darts §1). */
import type { Tensor } from "@archwright/torch";

/** A loss on one minibatch. */
export interface Objective {
  /** Mean loss, a scalar that can be differentiated. */
  readonly value: Tensor;
  /** Share of the images that were classified right; NaN where the problem has no classes. */
  readonly accuracy: number;
}

/** min_α L_valid(w*(α), α) with w*(α) = argmin_w L_train(w, α). Batches are whatever the problem takes. */
export interface Bilevel<Batch> {
  /** w: leaf tensors that require gradients. The losses depend on their present values. */
  readonly weights: readonly Tensor[];
  /** α, likewise. */
  readonly alpha: readonly Tensor[];
  trainLoss(batch: Batch): Objective;
  validLoss(batch: Batch): Objective;
  /** Runs `body` and then takes back what passes leave behind besides gradients: running statistics of batch norm. */
  keepingStatistics<T>(body: () => T): T;
}

/** L_train on one minibatch as a function of the mixing probabilities instead of α, with w as it is. */
export interface TrainObjective {
  readonly weights: readonly Tensor[];
  /** For each cell of the network, which of the `probabilities` it mixes with. */
  readonly cells: readonly number[];
  /** Cells that the Λ regularizers compare: all but the reduction cells (lambda-darts §4.3). */
  readonly aligned: readonly number[];
  /**
   * - `probabilities`: one tensor [edges, operations] for each kind of cell.
   * - `mode`: of batch norm. @default "train"
   */
  loss(probabilities: readonly Tensor[], mode?: "train" | "eval"): Objective;
  /** - `probabilities`: one tensor for each cell of the network. */
  lossOfCells(probabilities: readonly Tensor[]): Objective;
}

/** Gradients with the loss they were taken at. Null: the loss does not depend on that tensor. */
export interface Gradients {
  readonly gradients: readonly (Tensor | null)[];
  readonly loss: number;
  readonly accuracy: number;
}
