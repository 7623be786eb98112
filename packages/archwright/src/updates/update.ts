/** An update: how the supernet's weights w and the architecture parameters α move, step by step, before the selection. */
import type { Part, Settings } from "../search/part.ts";
import type { Domain } from "../search/relaxation.ts";
import type { GradientRules } from "../training/supernets/gradient-rules.ts";

export interface Update extends Part {
  /** The domain in which it moves α: it goes with relaxations of that domain alone. Absent where α stays as it is. */
  readonly moves?: Exclude<Domain, "fixed">;
  /** Undefined where nothing is trained. */
  readonly rules?: (settings: Settings) => GradientRules;
}

/** Something that changes how w is trained, whatever moves α. It wraps an update and knows nothing of it. */
export interface UpdateModifier extends Part {
  /** A regularizer adds to the loss. A perturbation changes the probabilities it is taken at; there may be one of each. */
  readonly kind: "regularizer" | "perturbation";
  readonly wrap: (rules: GradientRules, settings: Settings) => GradientRules;
}
