/** Learning-rate schedules: pure functions of the epoch, which counts from 0. */
import { requireBetween } from "./settings.ts";

/** Epoch (0, 1, ...) to learning rate. */
export type Schedule = (epoch: number) => number;

/**
 * Cosine annealing: minimum + (initial − minimum)·(1 + cos(π·epoch / epochs)) / 2.
 * Loshchilov and Hutter, ICLR 2017, equation 5, without restarts.
 *
 * - `epochs`: length of the schedule; the minimum is reached at epoch `epochs` and kept after it.
 * - `minimum`: @default 0
 */
export function cosine(options: { initial: number; epochs: number; minimum?: number }): Schedule {
  const { initial, epochs, minimum = 0 } = options;
  requireBetween("cosine", "epochs", epochs, Number.MIN_VALUE);
  requireBetween("cosine", "minimum", minimum, 0);
  requireBetween("cosine", "initial", initial, 0);
  return (epoch) => minimum + ((initial - minimum) * (1 + Math.cos((Math.PI * Math.min(epoch, epochs)) / epochs))) / 2;
}

/** A straight line from `initial` at epoch 0 to `minimum` (default 0) at epoch `epochs`, kept after it. */
export function linear(options: { initial: number; epochs: number; minimum?: number }): Schedule {
  const { initial, epochs, minimum = 0 } = options;
  requireBetween("linear", "initial", initial, 0);
  requireBetween("linear", "epochs", epochs, Number.MIN_VALUE);
  requireBetween("linear", "minimum", minimum, 0);
  return (epoch) => initial + (minimum - initial) * Math.min(1, epoch / epochs);
}

/** Multiplies by `factor` after every `every` epochs: initial·factor^⌊epoch / every⌋. */
export function step(options: { initial: number; every: number; factor: number }): Schedule {
  const { initial, every, factor } = options;
  requireBetween("step", "initial", initial, 0);
  requireBetween("step", "every", every, Number.MIN_VALUE);
  requireBetween("step", "factor", factor, 0);
  return (epoch) => initial * factor ** Math.floor(epoch / every);
}

/** Scales the first `epochs` epochs of a schedule by (epoch + 1) / epochs (Goyal et al., 2017, section 2.2). */
export function warmUp(schedule: Schedule, epochs: number): Schedule {
  requireBetween("warmUp", "epochs", epochs, 0);
  return (epoch) => schedule(epoch) * Math.min(1, (epoch + 1) / epochs);
}
