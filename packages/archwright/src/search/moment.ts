/** Where a training stands. */
import type { Generator } from "@archwright/torch";

export interface Moment {
  /** From 0. */
  readonly epoch: number;
  /** Epochs of the search phase. */
  readonly epochs: number;
  /** Fine-tuning is what a selection does between its decisions, after the search phase. */
  readonly phase: "search" | "finetune";
  /** Source of the part's own draws. */
  readonly random: Generator;
}
