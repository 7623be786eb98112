/** The stream of a network's training: one event for each epoch. The runner writes each as one line of events.jsonl. */

/** Loss and accuracy (a share, 0 to 1) over images. */
export interface Metrics {
  readonly loss: number;
  readonly accuracy: number;
}

export interface TrainedEpoch {
  readonly type: "trained-epoch";
  /** From 0. */
  readonly epoch: number;
  /** At the epoch's last step. */
  readonly learningRate: number;
  /** Probability of drop-path in this epoch. */
  readonly dropPath: number;
  /** Means over the epoch's steps, each before its step, on augmented images; the loss has smoothed labels where they are. */
  readonly train: Metrics;
  /** The images held out, after the epoch, batch norm in evaluation mode; absent where none are. */
  readonly validation?: Metrics;
  /** Mean Euclidean norm of the gradient of all weights, before clipping. */
  readonly gradientNorm: number;
  /** Whether no earlier epoch had a higher validation accuracy. */
  readonly best: boolean;
}
