/** Methods that look at one architecture after the other and let a proxy say which is the best: of any space. */

import type { Part, Settings } from "../search/part.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import type { Strategy } from "./strategy.ts";

export interface GuidedMethod extends Part {
  /** Hyperparameter values by preset; `paper` is the default, `small` takes a minute or two on two cores. */
  readonly presets: { readonly paper: GuidedPreset; readonly small: GuidedPreset } & Readonly<
    Record<string, GuidedPreset>
  >;
  readonly strategy: <A>(space: ArchitectureSpace<A>, settings: Settings) => Strategy<A>;
}

/** Hyperparameter values, where they differ by space: a function of it. */
export type GuidedPreset = Settings | ((space: ArchitectureSpace) => Settings);
