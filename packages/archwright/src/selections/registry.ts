/** The selections that can be asked for by name. */
import { greedy } from "./greedy.ts";
import { magnitude } from "./magnitude.ts";
import { perturbation } from "./perturbation.ts";
import { progressivePruning } from "./progressive-pruning.ts";
import type { Selection } from "./selection.ts";
import { sparseSupport } from "./sparse-support.ts";
import { zeroCostPerturbation } from "./zero-cost-perturbation.ts";

export const selections: readonly Selection[] = [
  magnitude,
  perturbation,
  greedy,
  zeroCostPerturbation,
  sparseSupport,
  progressivePruning,
];
