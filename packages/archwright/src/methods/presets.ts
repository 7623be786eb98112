/** Hyperparameters that several papers share. */
import type { Space } from "../spaces/space.ts";
import type { Settings } from "./method.ts";

/** NAS-Bench-201 and its like search one kind of cell, the DARTS family two. */
export const singleCell = (space: Space): boolean => space.cells.length === 1;

/**
 * The supernet training of the perturbation papers (SDARTS, DARTS-PT): 50 epochs in the DARTS family (darts §4), 100 in
 * NAS-Bench-201 (space-nasbench201 §5).
 */
export const paperTraining = (space: Space): Settings => ({ epochs: singleCell(space) ? 100 : 50 });

/**
 * Minutes on two cores: a supernet of 8 channels, 24 epochs of 40 steps with 32 images. With a fiftieth of the paper's
 * steps α gets ten times its rate, so that the mixing weights still leave the middle.
 */
export const smallTraining: Settings = {
  channels: 8,
  cells: 1,
  epochs: 24,
  stepsPerEpoch: 40,
  batch: 32,
  evaluate: false,
  "architecture.learningRate": 3e-3,
};

/** The DARTS family needs three cells at least, two of which reduce. */
export const small =
  (more: Settings = {}) =>
  (space: Space): Settings => ({ ...smallTraining, ...(singleCell(space) ? {} : { cells: 5 }), ...more });
