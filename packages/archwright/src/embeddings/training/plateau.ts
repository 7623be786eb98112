/** A learning rate that falls when the loss no longer does, as PyTorch's ReduceLROnPlateau. */

/** Plain JSON, part of the checkpoint. */
export interface PlateauState {
  /** The smallest loss so far; null before the first. */
  readonly best: number | null;
  /** Epochs since then. */
  readonly waited: number;
  readonly learningRate: number;
}

/** A loss counts as smaller from this share on. */
const THRESHOLD = 1e-4;
const FACTOR = 0.1;

/** The state after an epoch with this loss. */
export function afterEpoch({ best, waited, learningRate }: PlateauState, loss: number, patience: number): PlateauState {
  if (best === null || loss < best * (1 - THRESHOLD)) return { best: loss, waited: 0, learningRate };
  return waited < patience
    ? { best, waited: waited + 1, learningRate }
    : { best, waited: 0, learningRate: learningRate * FACTOR };
}
