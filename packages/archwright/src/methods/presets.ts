/** Hyperparameters that several papers share. */

import type { Settings } from "../search/part.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import type { Space } from "../spaces/space.ts";

/** NAS-Bench-201 and its like search one kind of cell, the DARTS family two. */
export const singleCell = (space: Space): boolean => space.cells.length === 1;

/**
 * The supernet training of the perturbation papers (SDARTS, DARTS-PT): 50 epochs in the DARTS family (darts §4), 100 in
 * NAS-Bench-201 (space-nasbench201 §5).
 */
export const paperTraining = (space: Space): Settings => ({ epochs: singleCell(space) ? 100 : 50 });

/** Minutes on two cores: a supernet of 8 channels, 15 epochs of 20 steps with 16 images. That is a sixtieth of the paper's steps. */
const smallTraining: Settings = {
  channels: 8,
  cells: 1,
  epochs: 15,
  stepsPerEpoch: 20,
  batch: 16,
  evaluate: false,
};

/** The DARTS family needs three cells at least, two of which reduce. */
export const smallWeights =
  (more: Settings = {}) =>
  (space: Space): Settings => ({ ...smallTraining, ...(singleCell(space) ? {} : { cells: 5 }), ...more });

/** α gets fifty times Adam's rate for so few steps: else the mixing weights would not leave the middle. */
export const small = (more: Settings = {}) => smallWeights({ "architecture.learningRate": 1.5e-2, ...more });

/** Few evaluations of small networks: those of the supernet's size where there is a supernet. */
export const smallGuided =
  (more: Settings = {}) =>
  (space: ArchitectureSpace): Settings => ({
    evaluations: 40,
    batch: 32,
    ...(space.supernet === undefined ? {} : { network: "search" }),
    ...more,
  });
