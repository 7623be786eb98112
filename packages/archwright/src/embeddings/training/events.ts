/** The stream of an autoencoder's training: one event for each epoch. The runner writes each as one line of events.jsonl. */

export interface EmbeddingEpoch {
  readonly type: "embedding-epoch";
  /** From 0. */
  readonly epoch: number;
  /** At the epoch's first step. */
  readonly learningRate: number;
  /** Means over the epoch's graphs, each before its step: of the generation in both directions, and of the divergence. */
  readonly reconstruction: number;
  readonly divergence: number;
  /**
   * Share of held-out graphs that come out as they went in, each decoded once with the likeliest choices: a sample of them,
   * the same after every epoch. Absent where none are held out.
   */
  readonly exact?: number;
}
