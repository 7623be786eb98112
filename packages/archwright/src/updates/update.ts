/** An update: how the supernet's weights w and the architecture parameters α move, step by step, before the selection. */
import type { Part } from "../search/part.ts";
import type { GradientRules } from "../training/supernets/gradient-rules.ts";

export interface Update extends Part {
  /** Whether the update moves α, which a relaxation may not allow. */
  readonly movesAlpha: boolean;
  /** Undefined where nothing is trained. */
  readonly rules?: (settings: Readonly<Record<string, unknown>>) => GradientRules;
}

/** Something that changes how w is trained, whatever moves α. It wraps an update and knows nothing of it. */
export interface UpdateModifier extends Part {
  /** A regularizer adds to the loss. A perturbation changes the probabilities it is taken at; there may be one of each. */
  readonly kind: "regularizer" | "perturbation";
  readonly wrap: (rules: GradientRules, settings: Readonly<Record<string, unknown>>) => GradientRules;
}
